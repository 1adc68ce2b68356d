"""Everything of a plan in one zip, drafts included: for the operator at the console."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.audit import record
from reports.archive.build import Outcome, build_archive
from reports.archive.bundle import digest_of
from tasks.models import Plan


class Command(BaseCommand):
    help = "导出一个方案的全部数据：各表的工作簿和全部附件，一个 .zip"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="输出文件，如 全部数据.zip")
        parser.add_argument("--plan", default="", help="方案代码；系统里只有一个方案时可不写")

    def handle(self, *args: Any, **options: Any) -> None:
        plan, out = _plan(options["plan"]), options["out"]
        self.shown = -1
        try:
            outcome = build_archive(plan=plan, out=out, progress=self.progress)
            digest = digest_of(out)
        except OSError as error:
            raise CommandError(f"写不了 {out}：{error.strerror}。") from error
        rows = sum(outcome.rows.values())
        subject = f"{plan.slug} {rows} 行，附件 {outcome.files} 个，SHA-256 {digest}"
        record("导出全部数据", subject=subject, username="（命令行）")
        self.stdout.write(
            f"{len(outcome.rows)} 张表 {rows} 行，附件 {outcome.files} 个，已写入 {out}"
        )
        self.stdout.write(f"SHA-256 {digest}")
        self.say_problems(outcome, out)

    def progress(self, done: int, total: int, words: str) -> None:
        """A line for each tenth."""
        tenth = done * 10 // max(total, 1)
        if tenth != self.shown:
            self.shown = tenth
            self.stderr.write(f"{tenth * 10}% {words}")

    def say_problems(self, outcome: Outcome, out: Path) -> None:
        for problem in outcome.problems:
            self.stderr.write(problem)
        if outcome.problems:
            raise CommandError(f"有 {len(outcome.problems)} 个附件有问题，其余已写入 {out}。")


def _plan(slug: str) -> Plan:
    plans = list(Plan.objects.filter(slug=slug) if slug else Plan.objects.all())
    if len(plans) == 1:
        return plans[0]
    codes = (
        "、".join(Plan.objects.values_list("slug", flat=True)) or "（没有方案，先执行 loadplan）"
    )
    raise CommandError(f"请用 --plan 写明方案代码，现有：{codes}。")
