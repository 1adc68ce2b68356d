"""``remind``: one tick of planner and delivery, by hand or from cron."""

import datetime
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from departments.models import User
from reports.models import ReportingPeriod
from reports.reminders.facts import Planned
from reports.reminders.tick import preview, tick
from reports.reminders.worker import drain


class Command(BaseCommand):
    help = "运行一次提醒：计算应发的提醒并送达；--dry-run 只列出，不写入，不发送。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="当作现在的时刻，如 2027-01-12T09:05+08:00")
        parser.add_argument("--dry-run", action="store_true", help="每条提醒打印一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["now"]) if options["now"] else timezone.now()
        if options["dry_run"]:
            self._print(now)
            return
        done = tick(now)
        sent = drain(lambda: now) if options["now"] else drain()
        words = "、".join(f"{name} {count}" for name, count in sorted(sent.items())) or "无"
        held = "（待人工放行）" if done.held else ""
        self.stdout.write(f"新增提醒 {done.put} 条{held}，取消 {done.cancelled} 条；送达：{words}")

    def _print(self, now: datetime.datetime) -> None:
        planned, held = preview(now)
        names = dict(User.objects.filter(pk__in={p.user for p in planned})
                     .values_list("pk", "username"))  # fmt: skip
        codes = {period.pk: period.code for period in ReportingPeriod.objects.all()}
        for row in planned:
            line = as_line(row, names[row.user], codes[row.period], held=held)
            self.stdout.write(json.dumps(line, ensure_ascii=False))


def moment(text: str) -> datetime.datetime:
    """An aware moment from ISO 8601; without a zone it is Asia/Shanghai's."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"「{text}」不是时刻，应写作 2027-01-12T09:05+08:00。") from error
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def as_line(row: Planned, username: str, code: str, *, held: bool) -> dict[str, Any]:
    """A planned notice as the JSON line that ``--dry-run`` prints."""
    return {
        "key": row.key,
        "kind": row.kind.value,
        "slot": row.slot,
        "period": code,
        "person": username,
        "due": row.due_on.isoformat(),
        "at": row.at.isoformat(),
        "state": "merged" if row.merged else "held" if held else "pending",
        "items": [f"{line.text} {line.note}".strip() for line in row.lines],
    }
