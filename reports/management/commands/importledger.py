"""A department's workbooks come in from the command line, as they would through the page."""

import functools
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from departments.audit import record
from departments.errors import DomainError
from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.workbook_import import confirm_import, reason_of, write_workbooks
from reports.actions.workbook_read import read_workbooks, receive_workbooks
from reports.ledger.fill_in import DEPARTMENT, PERIOD
from reports.ledger.keys import RowKey
from reports.ledger.preview import Kind, Preview
from reports.ledger.reader import Book, read_book
from reports.management.commands._periods import read_department, read_period, read_plan
from reports.models import ReportingPeriod, WorkbookImport, WorkbookRow
from reports.selectors.current import current_period_of
from reports.selectors.workbook_import import preview_of, reports_of, rows_of
from reports.selectors.workbook_page import KINDS
from tasks.models import Plan


class Command(BaseCommand):
    help = "导入填好的填报表，写成草稿；有一行不能导入就什么都不写，除非加 --valid-only"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.xlsx", help="填报表")
        parser.add_argument("--user", required=True, help="以谁的名义导入（用户名），须是填报员")
        parser.add_argument("--department", default="", help="单位代码；文件里写着的可不填")
        parser.add_argument("--period", default="", help="报告期，如 2026H2；文件里写着的可不填")
        parser.add_argument("--plan", default="", help="方案代码；文件里写着的可不填")
        parser.add_argument("--dry-run", action="store_true", help="只看会怎样，什么都不写")
        parser.add_argument("--valid-only", action="store_true", help="不能导入的行留下，其余写入")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"没有用户名为「{options['user']}」的在用账号。")
        contents = [(path.name, _read(path)) for path in options["files"]]
        try:
            with transaction.atomic():
                blocked = self.take(user, contents, options)
                transaction.set_rollback(options["dry_run"] or blocked)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if blocked:
            raise CommandError("有不能导入的行，什么都没有写入；加 --valid-only 只导入其余的行。")

    def take(self, user: User, contents: list[tuple[str, bytes]], options: dict[str, Any]) -> bool:
        """Read, say what was found, write; returns whether something keeps it from that."""
        read = functools.cache(read_book)
        name, content = contents[0]
        period, department = _place(user, read(content, name), options)
        uploads = [SimpleUploadedFile(name, content) for name, content in contents]
        made = receive_workbooks(
            period=period, department=department, by=user, uploads=uploads, read=read
        )
        read_workbooks(workbook_import=made, read=read)
        made.refresh_from_db()
        rows = rows_of(made)
        found = preview_of(rows, reports_of(rows), {})
        refused = self.say(made, found)
        if options["dry_run"]:
            self.stdout.write("只是预览，什么都没有写入。")
            return bool(refused or found.blocked) and not options["valid_only"]
        if (refused or found.blocked) and not options["valid_only"]:
            return True
        if not any(item.content for item in found.taken):
            self.stdout.write("没有可以导入的改动，什么都没有写入。")
            return False
        self.write(user, made, found, valid_only=options["valid_only"])
        return False

    def write(self, user: User, made: WorkbookImport, found: Preview, *, valid_only: bool) -> None:
        confirm_import(
            workbook_import=made, by=user, choices={}, seen=found.seen, valid_only=valid_only
        )
        write_workbooks(workbook_import=made)
        made.refresh_from_db()
        if made.state != made.State.DONE:
            raise DomainError(made.sentence)
        record("导入填报表", user=user, subject=f"{made}（命令行）")
        self.stdout.write(f"已导入 {made.tally['taken']} 项，存为草稿。")

    def say(self, made: WorkbookImport, found: Preview) -> int:
        """Print the counts and all that is not taken; returns how many files were refused."""
        refusals = [file.refusal for file in made.files.all() if file.refusal]
        for sentence in [*refusals, *(n for file in made.files.all() for n in file.notices)]:
            self.stdout.write(sentence)
        words = "、".join(f"{word} {found.count(kind)}" for kind, (word, *_) in KINDS.items())
        self.stdout.write(f"{made.department}{made.period.label}：{words}")
        for row in found.invalid:
            self.stdout.write(f"{_where(row)}：{reason_of(row, None)}")
        for row in (row for item in found.items for row in item.rows if row.notices):
            self.stdout.write(f"{_where(row)}：{''.join(row.notices)}")
        for item in found.of(Kind.LOCKED, Kind.CONFLICT):
            code = item.report.assignment.work_item.code
            self.stdout.write(f"{code}：{reason_of(item.fillers[0], item)}")
        return len(refusals)


def _where(row: WorkbookRow) -> str:
    return f"{row.file.name} {row.sheet} 第 {row.number} 行"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"读不了 {path}：{error.strerror}。") from error


def _place(user: User, book: Book, options: dict[str, Any]) -> tuple[ReportingPeriod, Department]:
    """Whose workbook of which half-year: as told, as the first file says, or the only one."""
    period_code = options["period"] or book.properties.get(PERIOD, "")
    department_code = options["department"] or book.properties.get(DEPARTMENT, "")
    department = read_department(department_code) if department_code else _only(user)
    slug = options["plan"] or _plan_of(book)
    if period_code:
        return read_period(period_code, slug), department
    period = _current(slug, department)
    if period is None:
        raise CommandError("没有开放的报告期。")
    return period, department


def _plan_of(book: Book) -> str:
    """The code of the plan that the hidden keys of ``book`` name; empty where that is not one."""
    rows = (row for sheet in book.sheets for row in sheet.rows)
    keys = (RowKey.parse(cell.text) for row in rows for cell in row.cells.values())
    slugs = Plan.objects.filter(slug__in={key.plan for key in keys if key})
    found = list(slugs.values_list("slug", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def _current(slug: str, department: Department) -> ReportingPeriod | None:
    """The current half-year of the plan ``slug`` where it is given, else of ``department``."""
    today = timezone.localdate()
    if not slug:
        return current_period_of(frozenset({department.pk}), today)
    found: ReportingPeriod | None = read_plan(slug).periods.current(today).first()
    return found


def _only(user: User) -> Department:
    """The department for which ``user`` reports, where it is one."""
    own = list(Department.objects.filter(pk__in=rights_of(user).reporter_of))
    if len(own) != 1:
        raise CommandError("文件里没有写明单位，请用 --department 单位代码 指明。")
    return own[0]
