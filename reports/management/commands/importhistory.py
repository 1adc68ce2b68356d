"""A past half-year's ledger comes in, as far as nothing in it has to be asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.audit import record
from departments.errors import DomainError
from departments.models import User
from reports.actions.history import confirm_history, drop_history
from reports.actions.history_read import held_history, open_history
from reports.ledger.columns import BY_KEY
from reports.management.commands._periods import read_half_year, read_plan
from reports.models import HistoryImport
from reports.selectors.history_preview import Preview, preview_of


class Command(BaseCommand):
    help = "导入一个过去半年的台账；有拿不准的就列出来，什么也不写"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="台账，如 台账.xlsx")
        parser.add_argument("period", metavar="2023H1", help="已经截止的报告期")
        parser.add_argument("--user", required=True, help="以哪位管理员的名义（用户名）")
        parser.add_argument("--plan", default="", help="方案代码；只有一个方案时可不填")
        parser.add_argument("--dry-run", action="store_true", help="只看会怎样，什么也不写")
        parser.add_argument("--valid-only", action="store_true", help="有误的先不导入")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _person(options["user"])
        plan, half_year = read_plan(options["plan"]), read_half_year(options["period"])
        path: Path = options["file"]
        content = _read(path)
        self.own = not held_history(plan=plan, half_year=half_year, by=by, content=content)
        try:
            history = open_history(
                plan=plan, half_year=half_year, by=by, name=path.name, content=content,
                at_once=True,
            )  # fmt: skip
            self._go_on(history, by, options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _go_on(self, history: HistoryImport, by: User, options: dict[str, Any]) -> None:
        """Confirm what is sure; else say what is not, and leave nothing behind but an import that
        was under way on the web."""
        preview = preview_of(history, by)
        for line in _told(preview):
            self.stdout.write(line)
        doubts = list(_doubts(preview))
        refused = bool(doubts) or (preview.faults and not options["valid_only"])
        if options["dry_run"] or refused:
            self._drop(history, by)
        if doubts:
            raise CommandError(
                "\n".join([f"有 {len(doubts)} 处拿不准，没有写入：", *doubts, _PAGE])
            )
        if refused:
            raise CommandError(
                f"有 {preview.faulty} 项有误，没有写入；改表后重来，或加 --valid-only。"
            )
        if not options["dry_run"]:
            self._confirm(history, by, preview)

    def _confirm(self, history: HistoryImport, by: User, preview: Preview) -> None:
        if not preview.new:
            self._drop(history, by)
            self.stdout.write("没有可以导入的内容。")
            return
        done = confirm_history(
            history=history, by=by, token=preview.token, valid_only=bool(preview.faults)
        )
        record("历史导入", user=by, subject=f"{done} SHA-256 {done.sha256}")
        self.stdout.write(f"已导入 {done.result['counts']['new']} 项。")

    def _drop(self, history: HistoryImport, by: User) -> None:
        if self.own:
            drop_history(history=history, by=by)


_PAGE = "请在网页“报告期→历史导入”里上传，逐处核对后导入。"


def _person(username: str) -> User:
    found: User | None = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"没有用户名为「{username}」的在用账号。")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"读不了 {path}：{error.strerror}。") from error


def _told(preview: Preview) -> Iterator[str]:
    counts = preview.counts
    yield (
        f"新写入 {counts['new']} 项，已有且相同 {counts['same']} 项，已有但不同 "
        f"{counts['conflict']} 项，有误 {counts['invalid']} 项，台账里没有 {counts['missing']} 项，"
        f"不导入 {counts['left']} 行。"
    )
    for fault in preview.faults:
        yield f"有误：{preview.sheet_name(fault.sheet)}!{fault.at} {fault.reason}。{fault.cure}。"
    for outcome in preview.conflicts:
        yield f"不动：{outcome.label} {outcome.why}。"
    for line in preview.left:
        yield f"不导入：{preview.sheet_name(line.sheet)} 第 {line.row} 行（{line.kind.reason}）。"


def _doubts(preview: Preview) -> Iterator[str]:
    reading = preview.reading
    for sheet in reading.sheets:
        if sheet.is_open:
            yield f"工作表“{sheet.grid.name}”：{sheet.why}"
    for column in reading.columns:
        if column.is_open:
            yield f"列“{column.heading}”：{column.guess.why or '认不出是什么'}"
    for name in (one for one in reading.names if one.is_open):
        yield f"单位“{name.name}”：名单里没有（{name.places[0]} 等 {len(name.places)} 处）"
    for question in (one for one in reading.questions if one.is_open):
        heading = BY_KEY[question.field].heading
        yield f"写法“{question.text}”（{heading}）：{len(question.places)} 处"
    for line in reading.lines:
        if line.is_open:
            yield f"{preview.sheet_name(line.sheet)} 第 {line.row} 行：{line.why}"
    if reading.disputed and reading.timing is None:
        yield f"报送时间与“是否按时”不一致：{len(reading.disputed)} 处"
