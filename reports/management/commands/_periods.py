"""What the commands about periods share: reading «2026H2», finding plan and department."""

import argparse
from pathlib import Path

from django.core.management.base import CommandError

from departments.models import Department
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tasks.models import Plan


def add_period_arguments(parser: argparse.ArgumentParser) -> None:
    """``2026H2`` and, where there are several plans, ``--plan``."""
    parser.add_argument("period", metavar="2026H2", help="报告期，如 2026H1（上半年）、2026H2")
    parser.add_argument("--plan", default="", help="方案代码；只有一个方案时可不填")


def read_half_year(code: str) -> HalfYear:
    """Raises CommandError with a Chinese sentence."""
    try:
        return HalfYear.parse(code)
    except ValueError as error:
        raise CommandError(str(error)) from error


def read_plan(slug: str) -> Plan:
    """The named plan, or the only one. Raises CommandError with a Chinese sentence."""
    plans = Plan.objects.filter(slug=slug) if slug else Plan.objects.all()
    found = list(plans[:2])
    if len(found) == 1:
        return found[0]
    if slug:
        raise CommandError(f"没有代码为「{slug}」的方案。")
    if not found:
        raise CommandError("还没有方案，请先运行 loadplan。")
    known = "、".join(Plan.objects.values_list("slug", flat=True))
    raise CommandError(f"有多个方案，请用 --plan 指明：{known}。")


def read_period(code: str, slug: str) -> ReportingPeriod:
    """The open or closed half-year ``2026H2`` of the plan ``slug``, which may be empty where there
    is but one. Raises CommandError with a Chinese sentence."""
    half_year, plan = read_half_year(code), read_plan(slug)
    found = plan.periods.filter(year=half_year.year, half=half_year.half).first()
    if found is None:
        raise CommandError(f"{half_year.label}报告期还没有开放，请先执行 openperiod {code}。")
    period: ReportingPeriod = found
    return period


def read_department(code: str) -> Department:
    """The department with ``code``. Raises CommandError with a Chinese sentence."""
    found = Department.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"没有代码为「{code}」的单位。")
    return found


def write_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``. Raises CommandError with a Chinese sentence."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"写不了 {path}：{error.strerror}。") from error
