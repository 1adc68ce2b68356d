import re
from typing import Any

import pytest

from tests.house.compose import ROOT, fill_in, read_compose

SERVICES: dict[str, dict[str, Any]] = read_compose()["services"]
OURS = ("migrate", "web", "worker", "beat")
SECRETS = ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "EMAIL_URL", "FROM_EMAIL")
GIVEN = dict.fromkeys((*SECRETS, "TLS_KEY", "TLS_CERTIFICATE"), "given")


def test_the_whole_product_is_there() -> None:
    assert set(SERVICES) == {"db", "redis", "migrate", "web", "worker", "beat", "proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root(name: str) -> None:
    assert str(SERVICES[name]["user"]).partition(":")[0] not in ("", "0", "root")
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"]


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_every_lasting_service_is_checked(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


@pytest.mark.parametrize("name", GIVEN)
def test_a_secret_comes_from_the_environment_or_nothing_starts(name: str) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    environment = {key: value for key, value in GIVEN.items() if key != name}
    with pytest.raises(KeyError, match=f"请在环境中设置 {name}"):
        fill_in(text, environment)


def test_what_is_written_survives_a_new_container() -> None:
    volumes = read_compose()["volumes"]
    assert set(volumes) == {"database", "data"}
    for name in OURS:
        assert SERVICES[name]["volumes"] == ["data:/data"]


def test_the_image_is_locked_and_unprivileged() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.txt" in text
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in text
    assert text.index("collectstatic") < text.index("\nUSER ")


def test_the_proxy_overwrites_what_the_application_believes() -> None:
    text = (ROOT / "wanzhou_water" / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-Proto https;" in text
    assert "X-Forwarded-For $proxy_add_x_forwarded_for;" in text


def test_the_proxy_and_the_application_refuse_the_same_size() -> None:
    from wanzhou_water import settings

    text = (ROOT / "wanzhou_water" / "nginx.conf").read_text(encoding="utf-8")
    megabytes = settings.MAX_REQUEST_BYTES // 1024 // 1024
    assert f"client_max_body_size {megabytes}m;" in text
