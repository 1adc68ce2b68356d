"""What slots and addresses are called where people read them."""

import pytest

from reports.reminders.slots import Rules
from reports.reminders.words import shortened, slot_words

RULES = Rules()


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("opened", "报告期开放"),
        ("before-1", "截止前 7 天"),
        ("before-3", "截止前 1 天"),
        ("due", "截止当天"),
        ("after-2", "截止后 3 天"),
        ("after-4", "截止后 17 天"),
        ("entries", "截止前 10 天"),
        ("gap-before-1", "截止前 7 天的前一工作日"),
        ("waiting", "等候已久"),
        ("recall-8", "每周再提醒"),
        ("returned-17", "即时"),
        ("returned-17-again", "退回后再提醒"),
        ("extension-3-granted", "即时"),
    ],
)
def test_a_slot_is_called_by_its_day(slot: str, words: str) -> None:
    assert slot_words(slot, RULES) == words


def test_the_receivers_slots_follow_their_own_days() -> None:
    assert slot_words("before-1", RULES, digest=True) == "截止前 3 天"
    assert slot_words("after-2", RULES, digest=True) == "截止后 8 天"


def test_a_slot_of_rules_that_changed_since_still_has_a_name() -> None:
    assert slot_words("before-3", Rules(before=(5,))) == "截止前"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("zhang.san@wz.gov.cn", "z…@wz.gov.cn"),
        ("13812345678", "138…5678"),
        ("1234", "…"),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
            "oapi.dingtalk.com/…cdef",
        ),
        ("https://qyapi.weixin.qq.com/webhook/send?key=6f-9a0b", "qyapi.weixin.qq.com/…9a0b"),
        ("wecombot://6f0a1b2c3d4e5f60718293a4b5c6d7e8", "wecombot/…d7e8"),
        ("https://user:secret@gate.wz.cn:8443/hook/0123456789", "gate.wz.cn/…6789"),
        ("https://[oops", "…/…"),
    ],
)  # fmt: skip
def test_an_address_shows_its_ends_only(address: str, shown: str) -> None:
    assert shortened(address) == shown
