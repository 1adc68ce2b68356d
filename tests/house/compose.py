"""Reads docker-compose.yml as Docker would, without Docker."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<sign>:[-?])(?P<text>[^}]*))?\}")


def read_compose() -> dict[str, Any]:
    """The file as it stands, variables not yet filled in."""
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def fill_in(text: str, environment: Mapping[str, str]) -> str:
    """``text`` with ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}`` filled in."""

    def value(match: re.Match[str]) -> str:
        found = environment.get(match["name"], "")
        if not found and match["sign"] == ":?":
            raise KeyError(match["text"])
        return found or (match["text"] or "" if match["sign"] == ":-" else "")

    return VARIABLE.sub(value, text)


def environment_of(service: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """What a process of ``service`` sees."""
    return {name: fill_in(text, environment) for name, text in service["environment"].items()}
