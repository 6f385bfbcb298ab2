"""System checks: what an operator hears before the service starts."""

import os
import subprocess
from typing import Final

import pytest
from django.conf import settings

from governance import checks, env
from tests.live.stack import manage


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


# --- for deployment ------------------------------------------------------------------------------

SAFE: Final = {
    "BYLAW_PUBLIC_URL": "https://bylaw.example.org",
    "BYLAW_SECRET_KEY": "0123456789abcdef" * 4,
    "BYLAW_SECOND_FACTOR": "approvers",
    "SMTP_URL": "smtp://bylaw:word@mail.example.org:587?tls=starttls",
    "DATABASE_URL": "postgresql:///none?host=/nonexistent",
}


def deploy(**changed: str) -> str:
    """What `manage.py check --deploy` says in a process with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLAW_")}
    given = kept | {"BYLAW_VAR": str(env.VAR)} | SAFE | changed
    done = manage(given, "check", "--deploy", "--fail-level", "WARNING", check=False)
    return said(done)


def said(done: "subprocess.CompletedProcess[str]") -> str:
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_a_safe_configuration_is_clean() -> None:
    assert "0 System check identified no issues" in deploy()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BYLAW_DEBUG", "1", "bylaw.E010"),
        ("BYLAW_PUBLIC_URL", "http://bylaw.example.org", "bylaw.E011"),
        ("BYLAW_PUBLIC_URL", "http://10.0.0.5:8000", "bylaw.E011"),
        ("BYLAW_SECRET_KEY", "short", "bylaw.E012"),
        ("BYLAW_SECRET_KEY", "ab" * 40, "bylaw.E012"),
        ("BYLAW_ALLOWED_HOSTS", "bylaw.example.org,*", "bylaw.E013"),
        ("BYLAW_SECOND_FACTOR", "optional", "bylaw.E014"),
        ("SMTP_URL", "smtp://bylaw:word@mail.example.org:25", "bylaw.E015"),
        ("BYLAW_PROXIES", "0", "bylaw.W010"),
    ],
)
def test_an_unsafe_configuration_is_refused(name: str, value: str, expected: str) -> None:
    found = deploy(**{name: value})
    assert found.startswith("1 ")
    assert expected in found


def test_a_provider_over_plain_http_is_refused() -> None:
    given = {"BYLAW_OIDC_CLIENT_ID": "bylaw", "BYLAW_OIDC_CLIENT_SECRET": "x" * 20}
    assert "bylaw.E016" in deploy(BYLAW_OIDC_ISSUER="http://id.example.org", **given)
    assert deploy(BYLAW_OIDC_ISSUER="https://id.example.org", **given).startswith("0 ")


def test_a_trial_on_this_machine_is_not_refused() -> None:
    assert checks.refused() == []


def test_prepare_goes_no_further_with_an_unsafe_configuration() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLAW_")}
    given = kept | {"BYLAW_VAR": str(env.VAR)} | SAFE | {"BYLAW_SECOND_FACTOR": "optional"}
    done = manage(given, "prepare", "--wait", "1", check=False)
    assert done.returncode == 1
    assert "bylaw.E014" in done.stderr
