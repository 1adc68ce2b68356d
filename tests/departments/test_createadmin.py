"""createadmin: the first admin of a new installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.models import AuditEvent, User
from departments.rights import rights_of


def create(*args: str) -> str:
    out = StringIO()
    call_command("createadmin", *args, stdout=out)
    return out.getvalue()


def test_it_opens_an_admins_account_and_prints_the_issued_password(db) -> None:
    said = create("zhangsan", "张三", "--email", "zs@wz.cn")
    zhang = User.objects.get(username="zhangsan")
    assert zhang.check_password(said.split("初始密码 ")[1].strip())
    assert zhang.must_change_password
    assert rights_of(zhang).is_admin
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["开通账户", "新增任职"]


@pytest.mark.parametrize("args", [("张 三", "张三"), ("zhangsan", ""), ("taken", "张三")])
def test_a_bad_name_is_refused_with_a_sentence_and_nothing_saved(db, args) -> None:
    User.objects.create_user("taken", name="已有")
    with pytest.raises(CommandError):
        create(*args)
    assert User.objects.count() == 1
