"""What the frame of every page shows: the current half-year, its deadline, the way around."""

import dataclasses
import datetime
import functools
import re

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from departments.models import User
from departments.rights import Rights, rights_of
from reports import calendar
from reports.models import ReportingPeriod
from reports.policies import receiver_names
from reports.selectors.current import current_period, plan_at_hand, plan_for
from reports.selectors.notices import unread_count


@dataclasses.dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool = False


@dataclasses.dataclass(frozen=True)
class Frame:
    """Context of ``base.html``."""

    who: str
    links: list[Link]
    account_url: str
    logout_url: str
    inbox_url: str
    search_url: str
    unread: int
    period: ReportingPeriod | None
    receivers: list[str]
    deadline_words: str
    countdown: calendar.Light | None


def frame_of(user: User, path: str, today: datetime.date) -> Frame:
    """Everything ``base.html`` needs; five queries at most while a half-year is open."""
    plan = plan_at_hand(user)
    slug = plan.slug if plan else plan_named(path)
    period = current_period(user, today, slug)
    if plan and period:
        period.plan = plan
    return Frame(
        who=str(user),
        links=_links(rights_of(user), _place(user, period, slug), path),
        account_url=url_if_there("account"),
        logout_url=url_if_there("logout"),
        inbox_url=url_if_there("notice-list"),
        search_url=url_if_there("search"),
        unread=unread_count(user, timezone.now()),
        period=period,
        receivers=receiver_names(period.plan) if period else [],
        deadline_words=calendar.deadline_words(period.due_on) if period else "",
        countdown=calendar.countdown(today, period.due_on) if period else None,
    )


def plan_named(path: str) -> str:
    """The plan (slug) that the page at ``path`` is about, if any."""
    found = re.match("/plans/([-a-zA-Z0-9_]+)/", path)
    return found[1] if found else ""


def _place(user: User, period: ReportingPeriod | None, slug: str) -> tuple[list[str], list[str]]:
    """Plan and half-year (each none or one) to which the links lead; the newest if none is open."""
    if period is None:
        plan = plan_for(user, slug)
        newest = plan.periods.first() if plan else None
        return [plan.slug] if plan else [], [newest.code] if newest else []
    return [period.plan.slug], [period.code]


def _links(rights: Rights, place: tuple[list[str], list[str]], path: str) -> list[Link]:
    coordinates = bool(rights.coordinator_of)
    sees = bool(rights.departments) or rights.is_auditor
    plan, code = place
    rows: list[tuple[bool, str, str, list[str]]] = [
        (True, "首页", "home", []),
        (sees, "总览", "overview", [*plan, *code]),
        (sees, "历期", "matrix", plan),
        (bool(rights.approver_of), "审签", "approval-list", []),
        (coordinates, "审核", "review-queue", []),
        (True, "任务", "task-list", plan),
        (True, "指标", "indicator-list", plan),
        (bool(rights.departments) or rights.is_auditor, "进展记录", "entry-list", []),
        (bool(rights.works_for), "报送件", "submission-list", []),
        (coordinates or rights.is_admin, "报告期", "period-list", plan),
        (coordinates or rights.is_admin, "提醒台", "notice-desk", []),
        (rights.is_admin, "管理", "admin:index", []),
        (True, "帮助", "help", []),
    ]
    links = [(label, url_if_there(name, *args)) for shown, label, name, args in rows if shown]
    best = _best([url for _, url in links if url], path, code)
    return [Link(label, url, url == best) for label, url in links if url]


def _best(urls: list[str], path: str, code: list[str]) -> str:
    """Which of ``urls`` the page at ``path`` belongs to; every half-year's overview is 总览."""
    if code:
        path = re.sub("/periods/2[0-9]{3}H[12]/", f"/periods/{code[0]}/", path)
    fitting = [url for url in urls if url == path or (len(url) > 1 and path.startswith(url))]
    return max(fitting, key=len, default="")


@functools.lru_cache(maxsize=1_000)
def url_if_there(name: str, *args: str) -> str:
    """The address of ``name``, or nothing where no page has it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
