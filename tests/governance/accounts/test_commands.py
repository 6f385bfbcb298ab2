"""Accounts and keys from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance import clock
from governance.accounts import keys, passwords
from governance.accounts.models import ApiKey, User
from governance.ledger.models import Entry

pytestmark = pytest.mark.django_db
GOOD = "seven-other-words-in-one-row"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_key_is_printed_alone_and_works() -> None:
    plain = run("api_key", "create", "monitor", "--scope", "incidents:report").strip()
    key = keys.find(plain, at=clock.now())
    assert key is not None
    assert key.scopes == ["incidents:report"]


def test_the_list_shows_no_secret() -> None:
    plain = run("api_key", "create", "monitor", "--scope", "incidents:report").strip()
    listed = run("api_key", "list")
    assert "monitor" in listed
    assert plain.split("_", 2)[2] not in listed


def test_a_key_is_revoked_by_its_prefix() -> None:
    plain = run("api_key", "create", "monitor", "--scope", "incidents:report").strip()
    run("api_key", "revoke", plain.split("_")[1])
    assert keys.find(plain, at=clock.now()) is None


def test_a_rotated_key_lets_in_by_the_new_secret_and_without_overlap_no_more_by_the_old() -> None:
    plain = run("api_key", "create", "monitor", "--scope", "incidents:report").strip()
    fresh = run("api_key", "rotate", plain.split("_")[1], "--overlap-hours", "0").strip()
    assert keys.find(plain, at=clock.now()) is None
    assert keys.find(fresh, at=clock.now()) == ApiKey.objects.get()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["revoke", "00000000"], "There is no key 00000000"),
        (["rotate", "00000000"], "There is no key 00000000"),
        (["create", "x", "--scope", "incidents:report", "--days", "0"], "in the future"),
        (["create", "x", "--scope", "incidents:report", "--days", "900"], "within 366 days"),
        (["create", "x", "--scope", "nonsense"], "invalid choice"),
    ],
)
def test_a_mistake_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("api_key", *arguments)
    assert not ApiKey.objects.exists()


def test_the_first_administrator_can_sign_in_with_the_printed_password() -> None:
    printed = run("create_first_administrator")
    password = printed.split("Password:")[1].split()[0]
    user = User.objects.get()
    assert (user.is_superuser, user.check_password(password)) == (True, True)


def test_a_second_administrator_is_not_made() -> None:
    run("create_first_administrator")
    assert "Password" not in run("create_first_administrator")
    assert User.objects.count() == 1


# --- the commands that stand in for Django's ------------------------------------------------------


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    left = iter(words)
    monkeypatch.setattr(passwords, "getpass", lambda _: next(left))


def test_a_password_set_on_the_command_line_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    user = User.objects.create_user("ops")
    typed(monkeypatch, GOOD, GOOD)
    run("changepassword", "ops")
    entry = Entry.objects.get(verb="person.password_changed")
    assert (entry.actor, entry.object_id) == ("system:command-line", str(user.id))
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_a_superuser_made_on_the_command_line_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, GOOD, GOOD)
    run("createsuperuser", "root")
    user = User.objects.get(username="root", is_superuser=True, is_staff=True)
    entry = Entry.objects.get(verb="person.created")
    assert (entry.actor, entry.object_id) == ("system:command-line", str(user.id))


@pytest.mark.parametrize("words", [(GOOD, "another"), ("12345", "12345")])
def test_a_password_that_the_console_would_refuse_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, str]
) -> None:
    typed(monkeypatch, *words)
    with pytest.raises(CommandError, match=r"differ|too short"):
        run("createsuperuser", "root")
    assert not User.objects.exists()


def test_a_name_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("root")
    with pytest.raises(CommandError, match="already"):
        run("createsuperuser", "root")


def test_nobody_has_no_password() -> None:
    with pytest.raises(CommandError, match="nobody of the name ghost"):
        run("changepassword", "ghost")
