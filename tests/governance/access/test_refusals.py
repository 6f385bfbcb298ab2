"""Who is not let in is on record, however often he tries, and fills no ledger."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from governance.access import refusals
from governance.access.models import Refusal
from governance.access.tasks import tell
from governance.accounts import keys, people
from governance.accounts.models import ApiKey
from governance.heartbeat.models import Heartbeat
from governance.ledger.models import Entry
from tests import factory
from tests.committed import at_once, once
from tests.factory import AT, MINUTE, PERSON
from tests.incidents.admin.desk import person

pytestmark = pytest.mark.django_db


def told(at: Any = AT + MINUTE) -> list[dict[str, Any]]:
    """What the entries say that are written once the minute is over."""
    refusals.tell(at=at)
    rows = Entry.objects.filter(verb__endswith="refused").order_by("id")
    return [{"object": row.object_id, **json.loads(row.body)["after"]} for row in rows]


def refuse(name: str, times: int = 1, at: Any = AT) -> None:
    for _ in range(times):
        people.note_refused_sign_in(name, at=at)


def test_a_hundred_tries_in_a_minute_are_one_entry_that_counts_them() -> None:
    user = person("responder", name="victim")
    refuse("victim", 100)
    (entry,) = told()
    assert (entry["object"], entry["times"]) == (str(user.id), 100)
    assert entry["because"] == "wrong password"


def test_the_entry_says_which_minute() -> None:
    refuse("nobody", at=AT + timedelta(seconds=30))
    (entry,) = told()
    assert entry["since"] == "2026-11-23T08:00:00.000000Z"
    assert entry["until"] == "2026-11-23T08:01:00.000000Z"


def test_a_hundred_names_that_nobody_has_are_one_entry() -> None:
    for number in range(100):
        refuse(f"guess-{number}")
    (entry,) = told()
    assert (entry["object"], entry["times"]) == ("unknown", 100)


def test_a_name_that_nobody_has_is_kept_nowhere() -> None:
    refuse("my-password-in-the-wrong-field")
    told()
    with connection.cursor() as cursor:
        for table in ("access_refusal", "ledger_entry"):
            cursor.execute(
                f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%wrong-field%'"  # noqa: S608
            )
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("name", ["", "\0", "x" * 5000])
def test_a_strange_name_is_counted_like_any_other(name: str) -> None:
    refuse(name)
    assert told()[0]["object"] == "unknown"


def test_a_closed_account_says_so() -> None:
    user = person("responder", name="gone")
    user.is_active = False
    user.save()
    refuse("gone")
    assert told()[0]["because"] == "closed account"


def test_a_minute_that_goes_on_is_not_told_yet() -> None:
    refuse("nobody", at=AT)
    assert told(AT + timedelta(seconds=59)) == []


def test_what_is_told_is_not_told_again() -> None:
    refuse("nobody")
    assert len(told()) == len(told(AT + 2 * MINUTE)) == 1
    assert not Refusal.objects.exists()


def test_the_job_tells_of_minutes_that_are_over() -> None:
    refuse("nobody")  # at an instant of which the database's clock says that it is past, or coming
    Refusal.objects.update(minute="2026-01-01T00:00:00Z")
    tell()
    assert Entry.objects.filter(verb="person.sign_in_refused").count() == 1
    assert Heartbeat.objects.filter(job="access.tell").exists()


def test_tries_at_once_are_all_counted(database: str) -> None:
    at_once(database, *[lambda: refuse("nobody", 5)] * 4)
    assert once(database, lambda: Refusal.objects.get().times) == 20


def test_several_who_tell_at_once_tell_once(database: str) -> None:
    once(database, lambda: refuse("nobody"))
    at_once(database, *[lambda: refusals.tell(at=AT + MINUTE)] * 3)
    count = Entry.objects.filter(verb="person.sign_in_refused").count
    assert once(database, count) == 1


# --- API keys ------------------------------------------------------------------------------------


def key(**changed: Any) -> tuple[ApiKey, str]:
    made, plain = keys.mint(
        name="tool", scopes=["incidents:read"], by=PERSON, expires_at=AT + 2 * MINUTE, at=AT
    )
    ApiKey.objects.filter(id=made.id).update(**changed) if changed else None
    return made, plain


@pytest.mark.parametrize(
    ("changed", "because"),
    [({"revoked_at": AT}, "revoked"), ({"expires_at": AT}, "expired")],
)
def test_the_use_of_a_key_that_has_ended_is_on_record(
    changed: dict[str, Any], because: str
) -> None:
    made, plain = key(**changed)
    assert keys.find(plain, at=AT) is None
    (entry,) = told()
    assert (entry["object"], entry["because"]) == (str(made.id), because)


def test_a_key_with_another_secret_is_on_record() -> None:
    made, plain = key()
    keys.find(plain[:-4] + "0000", at=AT)
    assert told()[0] == told()[0] | {"object": str(made.id), "because": "wrong secret"}


def test_keys_that_never_were_are_counted_together() -> None:
    for number in range(30):
        keys.find(f"bylaw_{number:08}_x", at=AT)
    (entry,) = told()
    assert (entry["object"], entry["times"]) == ("unknown", 30)


def test_the_first_use_of_a_key_is_an_entry_and_the_second_none() -> None:
    made, plain = key()
    for _ in range(2):
        keys.find(plain, at=AT)
    entry = Entry.objects.get(verb="api_key.first_used")
    assert (entry.actor, entry.object_id) == (f"api_key:{made.prefix}", str(made.id))


def test_a_key_that_works_is_no_refusal() -> None:
    keys.find(key()[1], at=AT)
    assert told() == []


# --- the console ---------------------------------------------------------------------------------


def sign_in(name: str, password: str) -> Client:
    client = Client()
    client.post(reverse("admin:login"), {"username": name, "password": password})
    return client


@pytest.fixture
def someone() -> Any:
    user = person("responder", name="someone")
    user.set_password("the-right-words")
    user.save()
    return user


def test_signing_in_is_an_entry(someone: Any) -> None:
    sign_in("someone", "the-right-words")
    entry = Entry.objects.get(verb="person.signed_in")
    assert (entry.actor, entry.object_id) == (f"user:{someone.id}", str(someone.id))


def test_signing_in_in_vain_is_counted_and_no_entry_of_a_person(someone: Any) -> None:
    sign_in("someone", "wrong-words")
    assert not Entry.objects.filter(verb="person.signed_in").exists()
    assert Refusal.objects.get().object_id == str(someone.id)


def test_no_entry_and_no_row_holds_a_password(someone: Any) -> None:
    sign_in("someone", "wrong-words")
    sign_in("someone", "the-right-words")
    refusals.tell(at=AT + timedelta(days=3650))
    for body in Entry.objects.values_list("body", flat=True):
        assert "wrong-words" not in body
        assert "the-right-words" not in body


def test_signing_out_is_an_entry(someone: Any) -> None:
    client = sign_in("someone", "the-right-words")
    client.post(reverse("admin:logout"))
    assert Entry.objects.get(verb="person.signed_out").object_id == str(someone.id)


def test_a_stranger_who_signs_out_leaves_none() -> None:
    Client().post(reverse("admin:logout"))
    assert not Entry.objects.filter(verb="person.signed_out").exists()


def test_looking_at_the_form_is_no_try() -> None:
    Client().get(reverse("admin:login"))
    assert not Refusal.objects.exists()


def test_nobody_gets_in_whose_entry_cannot_be_written(
    someone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory.clock, "now", _fail)
    client = Client(raise_request_exception=False)
    given = {"username": "someone", "password": "the-right-words"}
    assert client.post(reverse("admin:login"), given).status_code == 500
    monkeypatch.undo()
    assert client.get(reverse("admin:index")).status_code == 302


def _fail() -> None:
    raise RuntimeError("The ledger is away.")
