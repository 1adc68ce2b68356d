"""What the tests of the desk share."""

import pytest

from reports.archive import build


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export is made of one table: for tests to which it does not matter what is in it."""
    tables = build.tables
    monkeypatch.setattr(build, "tables", lambda **scope: tables(**scope)[:1])
