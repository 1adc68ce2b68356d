"""The base year's value: who enters it, what is refused, what is kept."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from departments.errors import DomainError, NotAllowed
from departments.models import User
from reports.actions.baselines import set_baseline
from reports.models import Baseline
from tasks.models import Indicator, Plan
from tests.cast import Cast
from tests.reports.indicator_steps import GDP, LIST

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
BASE = f"{LIST}{GDP}/baseline/2015/"


def test_the_base_year_is_entered_and_corrected(plan: Plan, cast: Cast, login: Login) -> None:
    client = login(cast.fgw_coordinator)
    data = {"value": "60", "source": "2015年水资源公报", "seen": "0"}
    assert client.post(BASE, data)["Location"] == f"{LIST}{GDP}/"
    assert client.post(BASE, data).status_code == 302
    first = Baseline.objects.get()
    answer = client.post(BASE, {**data, "value": "61"})
    assert answer.status_code == 409
    assert f'name="seen" value="{first.pk}"' in answer.content.decode()
    assert client.post(BASE, {**data, "value": "61", "seen": str(first.pk)}).status_code == 302
    page = client.get(BASE).content.decode()
    assert page.index("61立方米") < page.index("60立方米")
    assert [row.value for row in Baseline.objects.all()] == [60, 61]


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"value": "", "source": "公报", "seen": "0"}, 422, "请填写数值"),
        ({"value": "0", "source": "公报", "seen": "0"}, 400, "基准值不能是 0"),
        ({"value": "-1", "source": "公报", "seen": "0"}, 422, "不能是负数"),
        ({"value": "60", "source": "", "seen": "0"}, 422, "请写明数据来源"),
        ({"value": "60", "source": "公报", "seen": "x"}, 422, "页面不完整"),
    ],
)
def test_a_base_value_that_cannot_be_is_refused(
    plan: Plan, cast: Cast, login: Login, data: dict[str, str], status: int, sentence: str
) -> None:
    answer = login(cast.fgw_coordinator).post(BASE, data)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert not Baseline.objects.exists()


def test_base_values_are_the_reviewing_receivers(plan: Plan, cast: Cast, login: Login) -> None:
    indicator = Indicator.objects.select_related("plan").get(code=GDP)
    facts: dict[str, Any] = {"value": Decimal(60), "source": "公报", "seen": None}
    with pytest.raises(NotAllowed, match="审核单位的汇总员"):
        set_baseline(indicator=indicator, year=2015, by=cast.slj_coordinator, **facts)
    with pytest.raises(DomainError, match="没有以2014年为基准的目标"):
        set_baseline(indicator=indicator, year=2014, by=cast.fgw_coordinator, **facts)
    assert login(cast.slj_coordinator).get(BASE).status_code == 403
    assert login(cast.fgw_coordinator).get(f"{LIST}{GDP}/baseline/2014/").status_code == 404
    assert login(cast.fgw_coordinator).get(f"{LIST}{GDP}/baseline/{9**30}/").status_code == 404
