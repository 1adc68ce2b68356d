"""``closeperiod 2026H2``: close a half-year; idempotent."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.actions.periods import close_period
from reports.management.commands import _periods
from reports.models import ReportingPeriod


class Command(BaseCommand):
    help = "关闭一个报告期；关闭后不能再填报、审核，可由汇总员重新开放"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        _periods.add_period_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        half_year = _periods.read_half_year(options["period"])
        plan = _periods.read_plan(options["plan"])
        period = ReportingPeriod.objects.filter(
            plan=plan, year=half_year.year, half=half_year.half
        ).first()
        if period is None:
            raise CommandError(f"{half_year.label}尚未开放，无从关闭。")
        if not close_period(period=period):
            self.stdout.write(f"{period.label}此前已关闭，未作改动。")
            return
        left = period.reports.owed().count()
        rest = f"仍有 {left} 项未报。" if left else "各项均已报送。"
        self.stdout.write(f"已关闭{period.label}；{rest}")
