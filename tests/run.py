"""Everything that must hold before a change lands, stage by stage, with times and one count.

    python -m tests.run all     linters; tests on SQLite, on PostgreSQL with Redis, in Chromium
    python -m tests.run lint    the linters alone

On a machine with ``CI`` set every stage must run and no test may be skipped. Elsewhere a stage
whose service is not there is left out, and says so.
"""

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "") not in ("", "0", "false")
PACKAGES = ["departments", "tasks", "reports", "wanzhou_water"]
SERVICES = ("DATABASE_URL", "REDIS_URL", "REDIS_PREFIX")
BARE = {name: text for name, text in os.environ.items() if name not in SERVICES} | {"DEBUG": "1"}


@dataclasses.dataclass
class Tally:
    """What ran so far; ``problems`` are the stages that failed, by their heading."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[str] = dataclasses.field(default_factory=list)


def heading(title: str) -> None:
    print(f"\n━━ {title}", flush=True)


def call(tally: Tally, title: str, command: list[str], environment: Mapping[str, str]) -> None:
    """Run ``command`` under a heading; a failure is noted, and the rest still runs."""
    heading(title)
    begun = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, check=False
    ).returncode
    print(f"   {'通过' if code == 0 else '未通过'}，{time.monotonic() - begun:.0f} 秒", flush=True)
    if code:
        tally.problems.append(title)


def lint(tally: Tally) -> None:
    for title, command in (
        ("代码检查 ruff check", ["ruff", "check", "."]),
        ("代码格式 ruff format", ["ruff", "format", "--check", "."]),
        ("类型检查 mypy", ["mypy", *PACKAGES]),
        ("数据表变动 makemigrations --check", ["django", "makemigrations", "--check"]),
        ("模板检查 djlint", ["djlint", "templates", "--lint", "--quiet"]),
    ):
        call(tally, title, command, {**BARE, "DJANGO_SETTINGS_MODULE": "tests.settings"})


BY_FILE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
"""What a file builds once is built in one process; one more of them than there are processors,
since drills, servers and databases are waited for."""
BY_TEST = ("-n", "3", "--dist", "worksteal")
AS_MODELS = "--nomigrations"
"""The tables as the models have them, in every stage: that migrations lead there is found out by
the linters, and by the tests that start the product, on SQLite and on PostgreSQL."""


def suite(
    tally: Tally, title: str, marks: str, environment: Mapping[str, str], dealt: tuple[str, ...]
) -> None:
    """The tests that ``marks`` selects, ``dealt`` to processes; counted in ``tally``."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.xml"
        options = [*dealt, AS_MODELS, "-q", f"--junitxml={record}", "-m", marks]
        call(tally, title, ["pytest", *options], environment)
        if not record.exists():
            return
        total = next(ET.parse(record).iter("testsuite"))
    counts = {name: int(total.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    bad = counts["failures"] + counts["errors"]
    tally.failed += bad
    tally.skipped += counts["skipped"]
    tally.passed += counts["tests"] - bad - counts["skipped"]


def missing(tally: Tally, title: str, reason: str) -> None:
    """A stage that cannot run here: a failure in CI, a remark elsewhere."""
    heading(title)
    print(f"   {'未通过' if CI else '略过'}：{reason}", flush=True)
    if CI:
        tally.problems.append(f"{title}（{reason}）")


def on_sqlite(tally: Tally) -> None:
    marks = "not browser and not postgres and not redis"
    suite(tally, "全部测试 · SQLite", marks, BARE, BY_FILE)


def on_postgresql(tally: Tally) -> None:
    title = "全部测试 · PostgreSQL 和 Redis"
    database, redis = services.find_postgresql(), services.find_redis()
    if not (database and redis):
        gone = f"{'' if database else ' PostgreSQL'}{'' if redis else ' Redis'}"
        missing(tally, title, f"连不上{gone}")
        return
    try:
        where = {**BARE, **services.environment(database, redis)}
        suite(tally, title, "not browser and not once", where, BY_FILE)
    finally:
        services.clean_up(database, redis)


def in_the_browser(tally: Tally) -> None:
    title = "浏览器测试 · Chromium"
    if services.find_chromium():
        suite(tally, title, "browser", BARE, (*BY_TEST, "tests/browser"))
    else:
        missing(tally, title, "没有 Chromium")


def main(command: str) -> int:
    begun = time.monotonic()
    tally = Tally()
    lint(tally)
    if command == "all":
        on_sqlite(tally)
        on_postgresql(tally)
        in_the_browser(tally)
        if CI and tally.skipped:
            tally.problems.append(f"CI 中不许跳过测试，跳过了 {tally.skipped} 个")
    heading(f"用时 {time.monotonic() - begun:.0f} 秒")
    for problem in tally.problems:
        print(f"   未通过：{problem}")
    if command == "all":
        print(f"   共运行测试 {tally.passed + tally.failed} 个", flush=True)
        skipped = f", {tally.skipped} skipped" if tally.skipped else ""
        print(f"{tally.passed} passed, {tally.failed} failed{skipped}", flush=True)
    return 1 if tally.problems or tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
