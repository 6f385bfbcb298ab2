"""The governance side of the console: the trail, messages, people."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from governance import canonical, clock, ids
from governance.accounts import keys
from governance.accounts.models import ApiKey, User
from governance.ledger import ledger
from governance.ledger.models import Entry
from governance.outbox import outbox
from governance.outbox.models import Message
from tests.incidents.admin.desk import PASSWORD, Desk, desk, person, rows, said, text

ENTRIES, MESSAGES, PEOPLE, KEYS = (
    "ledger_entry",
    "outbox_message",
    "accounts_user",
    "accounts_apikey",
)
SYSTEM = ledger.system("test")


@pytest.fixture
def now(db: None) -> datetime:
    return clock.now()


@pytest.fixture
def auditor(db: None) -> Desk:
    return desk("auditor", "personal-data-reader")


@pytest.fixture
def root(db: None) -> Desk:
    return desk(administrator=True)


def write(verb: str, *, at: datetime, incident: UUID | None = None, **more: Any) -> Entry:
    event = ledger.Event(verb, "thing", more.pop("key", ids.new()), incident, **more)
    with transaction.atomic():
        (entry,) = ledger.append(event, by=SYSTEM, at=at)
    return entry


# --- the audit trail ---------------------------------------------------------------------------


def test_an_entry_shows_its_exact_bytes_and_that_they_fit(auditor: Desk, now: datetime) -> None:
    entry = write("thing.done", at=now, before={"a": 1}, after={"a": 2}, reason="because")
    found = text(auditor.page(ENTRIES, entry.id))
    assert entry.body in found
    assert entry.digest in found
    assert "fits the bytes" in found
    assert "because" in found


def test_an_entry_whose_digest_is_false_says_so(auditor: Desk, now: datetime) -> None:
    record = {"id": "x", "reason": "", "before": None, "after": None}
    entry = Entry.objects.create(
        at=now,
        actor="system:test",
        verb="thing.forged",
        object_kind="thing",
        object_id="1",
        body=json.dumps(record),
        digest=canonical.digest("something else"),
    )
    assert "does not fit the bytes" in text(auditor.page(ENTRIES, entry.id))


@pytest.mark.parametrize("by", ["object", "incident", "entry"])
def test_the_trail_is_searched_by_whole_ids(auditor: Desk, now: datetime, by: str) -> None:
    wanted = write("thing.done", at=now, incident=ids.new())
    write("thing.done", at=now, incident=ids.new())
    term = {"object": wanted.object_id, "incident": wanted.incident_id, "entry": wanted.id}[by]
    assert [each.id for each in rows(auditor.list(ENTRIES, q=str(term)))] == [wanted.id]


def test_the_trail_is_searched_by_actor(auditor: Desk, now: datetime) -> None:
    write("thing.done", at=now)
    shown = list(rows(auditor.list(ENTRIES, q="system:test")))
    assert {each.actor for each in shown} == {"system:test"}


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ({"verb": "thing.done"}, {"thing.done"}),
        ({"object_kind": "thing"}, {"thing.done", "thing.undone"}),
        ({"object_kind": "thing", "actor_kind": "user"}, set()),
        ({"object_kind": "thing", "actor_kind": "system"}, {"thing.done", "thing.undone"}),
        ({"object_kind": "thing", "period": "day"}, {"thing.done"}),
        ({"object_kind": "thing", "period": "week"}, {"thing.done", "thing.undone"}),
    ],
)
def test_filters_narrow_the_trail(
    auditor: Desk, now: datetime, query: dict[str, str], verbs: set[str]
) -> None:
    write("thing.done", at=now)
    write("thing.undone", at=now - timedelta(days=2))
    assert {each.verb for each in rows(auditor.list(ENTRIES, **query))} == verbs


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, ""),
        ({"p": "1", "o": "1"}, ""),
        ({"period": "week", "verb": ""}, "1 filter in force"),
        ({"actor": "user:x", "q": "x"}, "2 filters in force"),
    ],
    ids=["none", "order-and-page", "one", "two"],
)
def test_the_fold_of_the_filters_says_how_many_are_in_force(
    auditor: Desk, query: dict[str, str], said: str
) -> None:
    page = text(auditor.list("ledger_entry", **query))
    found = re.findall(r"\d+ filters? in force", page)
    assert found == ([said] if said else [])


def test_the_filters_offer_the_values_that_there_are(auditor: Desk, now: datetime) -> None:
    write("thing.undone", at=now)
    write("thing.done", at=now)
    specs = {spec.title: spec for spec in auditor.list(ENTRIES).context["cl"].filter_specs}  # type: ignore[attr-defined]
    offered = [value for value, _ in specs["verb"].lookup_choices]
    assert offered == sorted(Entry.objects.values_list("verb", flat=True).distinct())


def test_the_trail_names_people(auditor: Desk, now: datetime) -> None:
    with transaction.atomic():
        by = ledger.Actor("user", str(auditor.user.id))
        ledger.append(ledger.Event("thing.seen", "thing", "1"), by=by, at=now)
    shown = {each.verb: each.actor_name for each in rows(auditor.list(ENTRIES))}
    assert shown["thing.seen"] == auditor.user.username


def test_a_long_trail_takes_no_more_queries(
    auditor: Desk, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        write("thing.done", at=now)
    auditor.list(ENTRIES)  # that it was read is put on record once
    with django_assert_max_num_queries(14):
        assert len(list(rows(auditor.list(ENTRIES)))) == 50


# --- messages ----------------------------------------------------------------------------------


@pytest.fixture
def message(now: datetime) -> Message:
    draft = outbox.Draft(
        key="k",
        channel="email",
        destination="officer@example.org",
        subject="Overdue",
        text="The period has expired.",
        because="Nothing is recorded as sent.",
    )
    with transaction.atomic():
        (owed,) = outbox.enqueue([draft], by=SYSTEM, at=now)
    return owed


def test_a_message_shows_its_text_and_why_it_is_sent(auditor: Desk, message: Message) -> None:
    found = text(auditor.page(MESSAGES, message.id))
    assert "The period has expired." in found
    assert "Nothing is recorded as sent." in found


def test_an_undeliverable_message_shows_the_error(auditor: Desk, message: Message) -> None:
    Message.objects.update(state="dead", attempts=7, last_error="550 no such user")
    found = text(auditor.page(MESSAGES, message.id))
    assert "550 no such user" in found
    assert "7 of at most" in found


@pytest.mark.parametrize(("state", "count"), [("pending", 1), ("dead", 0)])
def test_the_state_filters_messages(
    auditor: Desk, message: Message, state: str, count: int
) -> None:
    assert len(list(rows(auditor.list(MESSAGES, state__exact=state)))) == count


# --- people ------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [PEOPLE, KEYS])
@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("auditor", 403)])
def test_who_manages_access_sees_people_and_keys(
    db: None, model: str, role: str, status: int
) -> None:
    assert desk(role).list(model).status_code == status


def new_person(root: Desk, **changes: Any) -> Any:
    given = {
        "username": "colleague",
        "email": "colleague@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "roles": ["responder"],
        **changes,
    }
    return root.client.post(reverse(f"admin:{PEOPLE}_add"), given)


def test_a_new_person_can_sign_in_and_has_the_roles(root: Desk) -> None:
    assert new_person(root).status_code == 302
    colleague = User.objects.get(username="colleague")
    assert (colleague.roles, colleague.is_staff, colleague.is_superuser) == (
        ["responder"],
        True,
        False,
    )
    assert colleague.check_password(PASSWORD)


def test_a_new_person_leaves_an_entry(root: Desk) -> None:
    new_person(root)
    colleague = User.objects.get(username="colleague")
    assert Entry.objects.get(verb="person.created", object_id=colleague.id).actor == root.actor


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password2": "another-good-one"}, "didn’t match"),
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"username": ""}, "This field is required."),
        ({"roles": ["emperor"]}, "emperor is not one of the available choices"),
    ],
)
def test_a_person_who_does_not_fit_is_refused(
    root: Desk, changes: dict[str, Any], why: str
) -> None:
    answer = new_person(root, **changes)
    assert answer.status_code == 422
    assert why in text(answer)


def test_a_name_is_taken_once(root: Desk) -> None:
    new_person(root)
    assert "already exists" in text(new_person(root))


def test_what_each_role_may_do_is_said(root: Desk) -> None:
    assert "Read the audit trail" in text(root.client.get(reverse(f"admin:{PEOPLE}_add")))


def test_changing_access_leaves_an_entry(root: Desk) -> None:
    colleague = person("responder", name="colleague")
    answer = root.act(PEOPLE, colleague.id, "access", roles=["auditor"])
    assert answer.status_code == 302
    colleague.refresh_from_db()
    assert colleague.roles == ["auditor"]
    assert Entry.objects.get(verb="person.access_changed").actor == root.actor


def test_closing_an_account(root: Desk) -> None:
    colleague = person("responder", name="colleague")
    root.act(PEOPLE, colleague.id, "close", confirmed="on")
    colleague.refresh_from_db()
    assert not colleague.is_active


def test_closing_an_account_is_confirmed(root: Desk) -> None:
    colleague = person("responder", name="colleague")
    assert root.act(PEOPLE, colleague.id, "close").status_code == 422
    colleague.refresh_from_db()
    assert colleague.is_active


def test_an_account_is_opened_again_with_its_roles(root: Desk) -> None:
    colleague = person("responder", name="colleague")
    root.act(PEOPLE, colleague.id, "close", confirmed="on")
    root.act(PEOPLE, colleague.id, "reopen")
    colleague.refresh_from_db()
    assert (colleague.is_active, colleague.roles) == (True, ["responder"])


def test_closing_an_account_revokes_the_keys_that_are_ticked_and_no_others(
    root: Desk, now: datetime
) -> None:
    colleague = person("responder", name="colleague")
    mine = ledger.Actor("user", str(colleague.id))
    ends = {"by": mine, "expires_at": now + timedelta(days=1), "at": now}
    lost, kept = (keys.mint(name=each, scopes=["incidents:read"], **ends)[0] for each in "ab")
    assert kept.prefix in text(root.page(PEOPLE, colleague.id))
    root.act(PEOPLE, colleague.id, "close", confirmed="on", keys=[str(lost.id)])
    assert list(ApiKey.objects.filter(revoked_at=None)) == [kept]


def test_nobody_changes_the_own_access(root: Desk) -> None:
    answer = root.act(PEOPLE, root.user.id, "access")
    assert answer.status_code == 403
    assert "Your own access" in said(answer)[0]
    root.user.refresh_from_db()
    assert root.user.is_superuser


def test_an_administrator_makes_no_superuser(db: None) -> None:
    colleague = person("responder", name="colleague")
    answer = desk("administrator").act(PEOPLE, colleague.id, "access", administrator="on")
    assert answer.status_code == 403
    colleague.refresh_from_db()
    assert not colleague.is_superuser


@pytest.mark.parametrize("action", ["password", "close", "sign-out"])
def test_an_administrator_does_not_touch_a_superuser(db: None, root: Desk, action: str) -> None:
    fresh = "seven-other-words-in-one-row"
    given = {"new_password1": fresh, "new_password2": fresh, "confirmed": "on"}
    answer = desk("administrator").act(PEOPLE, root.user.id, action, **given)
    assert answer.status_code == 403
    root.user.refresh_from_db()
    assert (root.user.is_active, root.user.check_password(fresh)) == (True, False)


def test_setting_a_password_leaves_an_entry_without_it(root: Desk) -> None:
    colleague = person("responder", name="colleague")
    fresh = "seven-other-words-in-one-row"
    given = {"new_password1": fresh, "new_password2": fresh}
    assert root.act(PEOPLE, colleague.id, "password", **given).status_code == 302
    colleague.refresh_from_db()
    assert colleague.check_password(fresh)
    entry = Entry.objects.get(verb="person.password_changed")
    assert entry.actor == root.actor
    assert fresh not in entry.body


def test_there_are_no_groups_beside_roles() -> None:
    assert not admin.site.is_registered(Group)
