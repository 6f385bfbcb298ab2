"""System checks: what an operator hears before the service starts."""

import pytest
from django.conf import settings

from governance import checks


def test_a_misspelt_setting_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLAW_TICK_SECOND", "2")
    found = [message for message in checks.unknown_settings(None) if message.id == "bylaw.W001"]
    assert "BYLAW_TICK_SECOND" in found[0].msg


@pytest.mark.parametrize("name", ["BYLAW_TICK_SECONDS", "BYLAW_TEST_STRICT", "BYLAW_API_KEY"])
def test_a_known_setting_is_not_warned_of(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert not [message for message in checks.unknown_settings(None) if name in message.msg]


def test_postgresql_passes() -> None:
    assert checks.postgresql_only(None) == []


def test_another_engine_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [message.id for message in checks.postgresql_only(None)] == ["bylaw.E001"]
