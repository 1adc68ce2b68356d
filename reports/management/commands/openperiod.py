"""``openperiod 2026H2``: open a half-year for filing; idempotent."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from departments.errors import DomainError
from reports.actions.periods import open_period
from reports.calendar import deadline_words
from reports.management.commands import _periods


class Command(BaseCommand):
    help = "开放一个报告期供填报；已开放的不受影响"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        _periods.add_period_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        half_year = _periods.read_half_year(options["period"])
        plan = _periods.read_plan(options["plan"])
        try:
            period, opened = open_period(plan=plan, half_year=half_year)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if opened:
            owed = period.reports.count()
            words = f"应报 {owed} 项，截止 {deadline_words(period.due_on)}。"
            self.stdout.write(f"已开放{period.label}：{words}")
        elif period.is_closed:
            self.stdout.write(f"{period.label}此前已开放，现已关闭；要补报请由汇总员重新开放。")
        else:
            self.stdout.write(f"{period.label}此前已开放，未作改动。")
