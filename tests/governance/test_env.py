"""Typed readers of the environment: what they accept, and what they say when they refuse."""

import base64
import json
import re
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance import env

NAME = "BYLAW_TEST_VALUE"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file in which `make run` says where its servers are."""
    file = tmp_path / "services.json"
    monkeypatch.setattr(env, "SERVICES_FILE", file)
    return file


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        ("on", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("off", False),
    ],
)
def test_a_flag_is_read_from_its_words(
    monkeypatch: pytest.MonkeyPatch, raw: str, *, read: bool
) -> None:
    monkeypatch.setenv(NAME, raw)
    assert env.flag(NAME, default=not read) is read


def test_an_empty_variable_gives_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")
    assert env.flag(NAME, default=True) is True
    assert env.number(NAME, 7) == 7
    assert env.text(NAME, "given") == "given"
    assert env.names(NAME, ("a", "b")) == ["a", "b"]


def test_another_word_for_a_flag_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "maybe")
    with pytest.raises(ImproperlyConfigured, match="BYLAW_TEST_VALUE='maybe': give one of 1, true"):
        env.flag(NAME, default=False)


@pytest.mark.parametrize(
    ("raw", "words"), [("ten", "whole number"), ("1.5", "whole"), ("0", "1 or")]
)
def test_a_number_out_of_its_range_is_refused(
    monkeypatch: pytest.MonkeyPatch, raw: str, words: str
) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(ImproperlyConfigured, match=words):
        env.number(NAME, 5, least=1)


def test_a_choice_outside_the_list_names_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "xml")
    with pytest.raises(ImproperlyConfigured, match="give one of json, text"):
        env.choice(NAME, "json", of=("json", "text"))


def test_a_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a, ,b ")
    assert env.names(NAME, ()) == ["a", "b"]


def test_an_address_comes_from_the_running_servers_when_it_is_not_set(
    monkeypatch: pytest.MonkeyPatch, services: Path
) -> None:
    services.write_text(json.dumps({NAME: "redis://here"}))
    monkeypatch.delenv(NAME, raising=False)
    assert env.service(NAME, "redis://default") == "redis://here"


def test_the_environment_comes_before_the_running_servers(
    monkeypatch: pytest.MonkeyPatch, services: Path
) -> None:
    services.write_text(json.dumps({NAME: "redis://here"}))
    monkeypatch.setenv(NAME, "redis://there")
    assert env.service(NAME, "redis://default") == "redis://there"


@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_a_broken_file_of_servers_gives_the_default(
    monkeypatch: pytest.MonkeyPatch, services: Path, content: str
) -> None:
    services.write_text(content)
    monkeypatch.delenv(NAME, raising=False)
    assert env.service(NAME, "redis://default") == "redis://default"


def test_a_database_address_that_cannot_be_read_says_what_to_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(NAME, "nosuch://x")
    with pytest.raises(ImproperlyConfigured, match="Give postgresql://"):
        env.database(NAME, "")


def test_the_secret_key_is_made_once_and_kept_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(env, "VAR", tmp_path / "var")
    monkeypatch.delenv("BYLAW_SECRET_KEY", raising=False)
    key = env.secret_key()
    assert env.secret_key() == key
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600


def test_a_given_secret_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLAW_SECRET_KEY", "given")
    assert env.secret_key() == "given"


def test_a_variable_that_looks_like_ours_and_is_not_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BYLAW_TICK_SECOND", "2")
    assert "BYLAW_TICK_SECOND" in env.unknown()


def test_whatever_is_read_is_known() -> None:
    """A call with the name of a variable first reads it."""
    files = (env.CHECKOUT / "governance").rglob("*.py")
    calls = [re.findall(r'\(\s*"(BYLAW_[A-Z_]*[A-Z])"', each.read_text()) for each in files]
    read = {name for found in calls for name in found}
    assert {"BYLAW_TICK_SECONDS", "BYLAW_VAR", "BYLAW_WEB_WORKERS", "BYLAW_PORT"} <= read
    assert read - env.KNOWN == set()


def test_whatever_is_documented_is_known_and_the_other_way_round() -> None:
    text = (env.CHECKOUT / "docs" / "operation.md").read_text()
    named = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    documented = set(re.findall(r"`(BYLAW_[A-Z_]+)`", "\n".join(named)))
    assert documented ^ env.KNOWN == {
        "BYLAW_API_KEY",  # docs/gitops.md has these two
        "BYLAW_APPROVER_KEY",
        "BYLAW_DEBUG",  # for developers, as the mail catcher is
        "BYLAW_MAIL_CATCHER",
    }


def test_hosts_are_read_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "Hooks.Internal, 10.0.0.5:8443,[::1]:80")
    assert env.hosts(NAME) == ["hooks.internal", "10.0.0.5:8443", "[::1]:80"]


@pytest.mark.parametrize("raw", ["https://hooks.internal", "*.internal", "10.0.0.0/8", "a:b"])
def test_what_is_no_host_is_refused(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(ImproperlyConfigured, match="is no host"):
        env.hosts(NAME)


def test_a_file_has_to_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, str(tmp_path / "none.pem"))
    with pytest.raises(ImproperlyConfigured, match="no such file"):
        env.file(NAME)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://mail.example.org?tls=none", 25, False, False),
        ("smtp://mail.example.org?tls=starttls", 587, True, False),
        ("smtp://mail.example.org:2525?tls=starttls", 2525, True, False),
        ("smtp://mail.example.org?tls=implicit", 465, False, True),
    ],
)
def test_a_mail_server_is_read_with_its_security(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, *, tls: bool, ssl: bool
) -> None:
    monkeypatch.setenv(NAME, url)
    found = env.smtp(NAME, "")
    assert found["EMAIL_HOST"] == "mail.example.org"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, tls, ssl)


def test_the_login_at_a_mail_server_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "smtp://bylaw%40example.org:a%2Fb%40c@mail.example.org")
    found = env.smtp(NAME, "")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (
        "bylaw@example.org",
        "a/b@c",
    )


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.org?tls=yes",
        "smtp://mail.example.org?tls=STARTTLS",
        "smtp://mail.example.org?tls=",
        "smtp://mail.example.org?ssl=true",
        "smtp://mail.example.org?tls",
        "smtps://mail.example.org",
        "smtp://mail.example.org/inbox",
        "smtp://bylaw:hush/hush@mail.example.org",
        "mail.example.org:25",
    ],
)
def test_a_mail_server_that_cannot_be_read_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(ImproperlyConfigured, match=r"cannot be read: .*tls=starttls") as refused:
        env.smtp(NAME, "")
    assert "hush" not in str(refused.value)


def test_a_secret_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "short")
    with pytest.raises(ImproperlyConfigured, match="16 or more") as refused:
        env.secret(NAME)
    assert "short" not in str(refused.value)


def test_a_secret_is_read_and_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.secret(NAME) == ""
    monkeypatch.setenv(NAME, "0123456789abcdef")
    assert env.secret(NAME) == "0123456789abcdef"


KEY = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def test_a_key_for_webhooks_is_read_and_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.webhook_key(NAME) == b""
    monkeypatch.setenv(NAME, KEY)
    assert env.webhook_key(NAME) == bytes(range(32))


@pytest.mark.parametrize(
    "raw", [KEY.removeprefix("whsec_"), "whsec_c2hvcnQ=", "whsec_", KEY + "!", KEY * 4]
)
def test_what_is_no_key_for_webhooks_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(ImproperlyConfigured, match="24 to 64 random bytes") as refused:
        env.webhook_key(NAME)
    assert len(raw) < 10 or raw not in str(refused.value)


def test_of_two_settings_that_need_each_other_neither_stands_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env.together(NAME, f"{NAME}_OTHER")
    monkeypatch.setenv(NAME, "x")
    with pytest.raises(ImproperlyConfigured, match="both or neither"):
        env.together(NAME, f"{NAME}_OTHER")
    monkeypatch.setenv(f"{NAME}_OTHER", "y")
    env.together(NAME, f"{NAME}_OTHER")
