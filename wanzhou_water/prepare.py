"""Makes the local database ready: tables, the plan, demo data, static files; says what it does."""

import io
import os
import sys
import time
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("建立数据表", "migrate", {"interactive": False}),
    ("载入实施方案", "loadplan", {}),
    ("准备演示人员和样例", "demo", {}),
    ("整理页面文件", "collectstatic", {"interactive": False}),
)


def prepare() -> None:
    """Run each step; every one of them may be repeated and leaves what is there."""
    for folder in (settings.BROKER_DIR / "messages", settings.BROKER_DIR / "control"):
        folder.mkdir(parents=True, exist_ok=True)
    for title, command, options in STEPS:
        begun = time.monotonic()
        print(f"▸ {title} …", end="", flush=True)
        call_command(command, verbosity=0, stdout=io.StringIO(), **options)
        print(f" {time.monotonic() - begun:.1f} 秒", flush=True)


def main() -> None:
    """As a program: one Chinese sentence for each problem that is foreseen."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wanzhou_water.settings")
    try:
        django.setup()
        prepare()
    except OperationalError as error:
        sys.exit(f"\n✗ 数据库不能用，请检查 DATABASE_URL 和磁盘：{str(error).splitlines()[0]}。")
    except CommandError as error:
        sys.exit(f"\n✗ {error}")
    except KeyboardInterrupt:
        sys.exit("\n✗ 已中断；再运行一次会接着做完。")


if __name__ == "__main__":
    main()
