"""Indicator values in the report's own form, in the table, and at the gate."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.errors import Conflict, DomainError
from departments.models import User
from reports.actions.drafts import save_draft
from reports.models import Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.indicator_steps import LEAKAGE, half_year, put, series_for

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def save(client: Client, report: Report, value: str, **more: str) -> Any:
    report.refresh_from_db()
    data = {"version": str(report.version), "progress": "完成改造。", "state": "on_track"}
    return client.post(
        f"/reports/{report.pk}/save/",
        {**data, "completion": "60", f"indicator_{LEAKAGE}": value, **more},
    )


def test_in_the_report_a_jump_is_asked_about_before_it_is_saved(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    put(series_for(), half_year(period.plan, 2026, 1), "9.8")
    report, client = report_of(period, "12.1"), login(cast.cgj_reporter)
    answer = save(client, report, "94", submit="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "较2026年上半年的 9.8%变化 859%，超过一半" in page
    assert "城市公共供水管网漏损率（%）确实是 94，已核对" in page
    report.refresh_from_db()
    assert (report.status, report.progress) == ("draft", "完成改造。")
    assert report.indicator_values == {}
    sure = f"sure_indicator_{LEAKAGE}"
    assert save(client, report, "95", submit="1", **{sure: "94"}).status_code == 422
    assert save(client, report, "94", **{sure: "94"}).status_code == 302
    assert save(client, report, "94", submit="1").status_code == 302
    report.refresh_from_db()
    assert (report.status, report.indicator_values) == ("pending", {LEAKAGE: "94"})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("930", "完成值最多 100%"), ("9.3公里", "的单位是「公里」"), ("-9.3", "不能是负数")],
)
def test_in_the_report_a_value_that_cannot_be_is_refused(
    period: ReportingPeriod, cast: Cast, login: Login, value: str, sentence: str
) -> None:
    report = report_of(period, "12.1")
    answer = save(login(cast.cgj_reporter), report, value)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert value in answer.content.decode()


def test_in_the_table_too(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    put(series_for(), half_year(period.plan, 2026, 1), "9.8")
    report = report_of(period, "12.1")
    values = {"version": "0", "progress": "完成改造。", f"indicator_{LEAKAGE}": "94"}
    client, prefix = login(cast.cgj_reporter), f"r{report.pk}-"
    form = {f"{prefix}{name}": value for name, value in values.items()}
    answer = client.post(f"/periods/{period.pk}/table/", form)
    assert answer.status_code == 422
    assert f'name="{prefix}sure_indicator_{LEAKAGE}"' in answer.content.decode()
    report.refresh_from_db()
    form |= {f"{prefix}version": str(report.version), f"{prefix}sure_indicator_{LEAKAGE}": "94"}
    assert client.post(f"/periods/{period.pk}/table/", form).status_code == 302
    report.refresh_from_db()
    assert report.indicator_values == {LEAKAGE: "94"}


@pytest.mark.parametrize(("value", "sentence"), [("930", "完成值最多 100%"), ("abc", "不是数字")])
def test_no_way_in_leads_past_the_bounds(
    period: ReportingPeriod, cast: Cast, value: str, sentence: str
) -> None:
    report, content = report_of(period, "12.1"), {"indicator_values": {LEAKAGE: value}}
    with pytest.raises(DomainError, match=f"城市公共供水管网漏损率.*{sentence}") as refused:
        save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)
    assert not isinstance(refused.value, Conflict)
