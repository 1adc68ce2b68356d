"""The settings as a fresh process reads them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "k3y-" + "abcdefghij0123456789" * 3
PRODUCTION = {"SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "jieshui.example.gov.cn"}
ASK = (
    "import json; from wanzhou_water import settings as s;"
    "print(json.dumps({k: getattr(s, k) for k in dir(s) if k.isupper()}, default=str))"
)


def run(
    arguments: list[str], var: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run Python with ``environment`` and nothing else of this machine's that settings read."""
    own = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**own, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def settings_of(var: Path, **environment: str) -> dict[str, object]:
    ran = run(["-c", ASK], var, environment)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


@pytest.mark.parametrize("missing", [["SECRET_KEY"], ["ALLOWED_HOSTS"], [*PRODUCTION]])
@pytest.mark.parametrize(
    "start",
    [
        ["manage.py", "check"],
        ["-m", "gunicorn", "--config", "python:wanzhou_water.web", "wanzhou_water.wsgi"],
        ["-m", "celery", "-A", "wanzhou_water", "report"],
    ],
    ids=["manage", "web", "celery"],
)
def test_production_does_not_start_without_and_says_which_is_missing(
    tmp_path: Path, start: list[str], missing: list[str]
) -> None:
    environment = {name: text for name, text in PRODUCTION.items() if name not in missing}
    ran = run(start, tmp_path, {**environment, "BIND": "127.0.0.1:0"})
    assert ran.returncode != 0
    assert f"未启动：缺少环境变量 {'、'.join(missing)}。" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    ran = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path, PRODUCTION)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


def test_production_is_closed_unless_opened(tmp_path: Path) -> None:
    found = settings_of(tmp_path, **PRODUCTION)
    assert not found["DEBUG"]
    assert not found["DEMO"]
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert found[name]
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    behind = settings_of(tmp_path, **PRODUCTION, PROXY_COUNT="1")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_the_local_environment_counts_only_where_none_is_given(tmp_path: Path) -> None:
    (tmp_path / "local.env").write_text(f"SECRET_KEY={GOOD_KEY}\nALLOWED_HOSTS=127.0.0.1\nDEMO=1\n")
    assert settings_of(tmp_path)["DEMO"]
    assert not settings_of(tmp_path, **PRODUCTION)["DEMO"]
    for name, text in PRODUCTION.items():
        ran = run(["manage.py", "check"], tmp_path, {name: text})
        assert ran.returncode == 1
        assert "缺少环境变量" in ran.stderr


def test_redis_is_the_broker_where_it_is_named(tmp_path: Path) -> None:
    address = "redis://127.0.0.1:6379/3"
    assert settings_of(tmp_path, **PRODUCTION, REDIS_URL=address)["CELERY_BROKER_URL"] == address
    assert settings_of(tmp_path, **PRODUCTION)["CELERY_BROKER_URL"] == "filesystem://localhost"


def test_mail_comes_from_the_environment(tmp_path: Path) -> None:
    found = settings_of(tmp_path, **PRODUCTION, EMAIL_URL="smtp+ssl://me:pass@mail.gov.cn:465")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.gov.cn", 465)
    assert found["EMAIL_USE_SSL"]


def test_no_secret_stands_in_the_settings_file() -> None:
    text = (ROOT / "wanzhou_water" / "settings.py").read_text(encoding="utf-8")
    assert 'env.str("SECRET_KEY", default="development-only-key" if DEBUG else "")' in text


def test_every_beat_entry_expires_before_its_next_turn() -> None:
    from wanzhou_water import settings

    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"]["expires"] < 3600, name
        assert entry["task"].partition(".jobs.")[0] in {"departments", "reports"}, name


def test_every_beat_entry_names_a_job() -> None:
    from wanzhou_water import celery_app, settings

    celery_app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in celery_app.tasks
