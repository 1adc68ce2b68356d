"""催办 by mail: the given wording with the coordinator's sentence in it."""

import pytest

from departments.models import Department
from reports.actions.urging import urge
from reports.models import ReportingPeriod
from reports.reminders.worker import drain
from tests.cast import Cast
from tests.conftest import NOW
from tests.reminders.smtp import Post

pytestmark = pytest.mark.django_db


def test_the_mail_says_what_is_owed_until_when_and_the_sentence(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    zjw = Department.objects.get(code="zjw")
    urge(period=period, departments=[zjw], by=cast.slj_coordinator, text="请今天内报来。")
    drain(lambda: NOW)
    (mail,) = post.taken
    assert str(mail["To"]) == "zjw_reporter@wz.cn"
    subject = "催办：2026年下半年还有 3 项进展情况未报送，1月15日（星期五）截止"
    assert str(mail["Subject"]).strip() == subject
    part = mail.get_body(("plain",))
    assert part is not None
    assert "请今天内报来。" in part.get_content()
