"""Accounts and keys from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance import clock
from governance.accounts import keys
from governance.accounts.models import ApiKey, User

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["revoke", "00000000"], "There is no key 00000000"),
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
