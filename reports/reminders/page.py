"""docs/reminders.md: what is sent when and to whom, drawn from the table of kinds and the slots."""

import dataclasses
import datetime
from collections.abc import Iterator

from reports import calendar
from reports.models import Delivery
from reports.reminders.kinds import KINDS, Row
from reports.reminders.slots import Rules, filing_slots
from reports.reminders.words import slot_words

EXAMPLES = (datetime.date(2027, 1, 15), datetime.date(2026, 7, 15), datetime.date(2028, 1, 15))
HEADER = """# 提醒：何时发，发给谁

本页由 `manage.py drawreminders` 从 `reports/reminders/` 画出，请勿手改；
种类、对象、时间改了须重画，测试会核对。

每个人的提醒都在页面右上角“提醒”里，同时发邮件；登记了群机器人、短信的，也发到那里。\
一条提醒列出本人此刻没办的全部事项，每项可以点开，\
写明截止时间、联系单位和电话。没有提醒，就是没有到点要办的事。
"""
NOTES = """## 规则

- **只发最新一次。** 停机期间错过的几次，恢复后只发最新的一次，其余记为“已并入”，不补发。
- **发之前再核对一次。** 已报送、已延期、已离任、报告期已关闭的，不再发，记为“已取消”并写明原因。
- **延期和退回**另有自己的截止日，按新的截止日重新排。
- **停机超过 30 天**后生成的定时提醒先“待放行”，由汇总员或管理员在提醒台看过再发。
- 天数和时刻是方案的设置（管理后台“提醒规则”），改了从下一个报告期起算；上表是默认值。

## 提醒台里的状态

| 状态 | 是什么 | 要做什么 |
|---|---|---|
{states}

- **不明**：内容发完、对方没有答复连接就断了，或后台任务中途停掉。\
系统不会自己再发，免得收两遍。\
请打电话或查收件方日志：收到了点“已收到”，没收到点“重新发送”。
- **失败**：对方明确拒收。多半是邮箱写错：在人员里改正后点“重新发送”；\
已用别的办法通知到的，点“已收到”。
- **渠道停用**：邮件服务器或网关拒绝登录。待发的都留着，改好设置后点“重新启用”。
"""
STATES = {
    "pending": "不用管；发不出去的会隔 1、5、10、20、30、60 分钟再试",
    "claimed": "不用管，几分钟内会变",
    "sending": "不用管，几分钟内会变",
    "sent": "不用管",
    "unknown": "核实后点“已收到”或“重新发送”",
    "dead": "改正地址后点“重新发送”",
    "cancelled": "不用管，原因写在旁边",
    "held": "看过后点“放行”",
}
MEANINGS = {
    "pending": "到时间就发，或等着再试",
    "claimed": "后台任务已取走，还没有发",
    "sending": "正在发",
    "sent": "对方服务器已收下",
    "unknown": "对方收没收到无法确认",
    "dead": "对方拒收，不再自动重试",
    "cancelled": "发之前已不需要",
    "held": "停机超过 30 天后生成，等人放行",
}
"""What each state of a delivery means, and what a person does about it."""


def reminders() -> str:
    """The page docs/reminders.md."""
    states = "\n".join(
        f"| {state.label} | {MEANINGS[state]} | {STATES[state]} |" for state in Delivery.State
    )
    return "\n".join(
        [HEADER, *_kinds(), "", *_days(), "", NOTES.replace("{states}", states)]
    )  # fmt: skip


def _kinds() -> Iterator[str]:
    rules = Rules()
    yield "## 种类"
    yield ""
    yield "| 提醒 | 发给谁 | 什么时候 | 怎么发 |"
    yield "|---|---|---|---|"
    for row in KINDS.values():
        yield f"| {row.kind.label} | {row.to} | {when_words(row, rules)} | {_how(row)} |"
    yield ""
    yield (
        f"定时的在工作日 {rules.hour} 时至 {rules.end} 时之间发出，截止当天的不受此限；"
        "“即时”的办理后马上发。截止前最后两次（前 1 天和当天）不能关闭，"
        "其余可以在“提醒设置”里选渠道。"
    )


def when_words(row: Row, rules: Rules) -> str:
    """``row.when`` with the numbers of ``rules``."""
    numbers = {
        name: "、".join(str(day) for day in value) if isinstance(value, tuple) else str(value)
        for name, value in dataclasses.asdict(rules).items()
    }
    return row.when.format(**numbers)


def _how(row: Row) -> str:
    ways = "只发站内" if row.inbox_only else "站内、邮件等"
    return f"即时，{ways}" if row.at_once else f"定时，{ways}"


def _days() -> Iterator[str]:
    """The days of three deadlines, as the slots have them."""
    rules = Rules()
    yield "## 几个截止日的报送提醒"
    yield ""
    yield (
        "截止前遇休息日提前到前一个工作日，截止后顺延到后一个工作日，截止当天不动；"
        "两次落在同一天，只发后一次。"
    )
    yield ""
    yield "| 截止日 | 各次提醒 |"
    yield "|---|---|"
    for due_on in EXAMPLES:
        now = calendar.deadline_moment(due_on) + datetime.timedelta(days=5)
        days = "；".join(
            f"{slot_words(slot.name, rules)} {calendar.day_words(calendar.local_date(slot.at))}"
            for slot in filing_slots(due_on, now, rules)
        )
        yield f"| {due_on.year}年{calendar.day_words(due_on)} | {days} |"
