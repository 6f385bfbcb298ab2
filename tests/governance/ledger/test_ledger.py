"""Appending to the audit trail."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import structlog
from django.db import IntegrityError, connection, transaction

from governance import canonical
from governance.ledger import ledger
from governance.ledger.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
INCIDENT = UUID("01890000-0000-7000-8000-000000000001")
EVENT = ledger.Event(
    "thing.changed",
    "thing",
    "17",
    INCIDENT,
    before={"state": "open", "due": AT},
    after={"state": "closed", "count": 2},
    because="Because.",
)
ACTOR = ledger.Actor("user", "u-1")


def appended(*events: ledger.Event) -> Entry:
    """The first of them, read back from the database."""
    return Entry.objects.get(id=ledger.append(*events, by=ACTOR, at=AT)[0].id)


def test_the_body_is_the_whole_record() -> None:
    entry = appended(EVENT)
    assert json.loads(entry.body) == {
        "id": str(entry.id),
        "at": "2026-11-22T09:30:00.123456Z",
        "actor": "user:u-1",
        "verb": "thing.changed",
        "object": {"kind": "thing", "id": "17"},
        "incident": str(INCIDENT),
        "before": {"state": "open", "due": "2026-11-22T09:30:00.123456Z"},
        "after": {"state": "closed", "count": 2},
        "personal": {},
        "reason": "Because.",
        "request": "",
    }


def test_the_stored_body_is_canonical() -> None:
    entry = appended(EVENT)
    assert canonical.text(json.loads(entry.body)) == entry.body


def test_the_stored_digest_is_that_of_the_stored_body() -> None:
    entry = appended(EVENT)
    assert canonical.digest(entry.body) == entry.digest


def test_a_changed_body_has_another_digest() -> None:
    entry = appended(EVENT)
    assert canonical.digest(entry.body.replace("closed", "open")) != entry.digest


def test_the_columns_repeat_the_body() -> None:
    entry = appended(EVENT)
    record = json.loads(entry.body)
    assert (entry.verb, entry.actor, entry.object_id, str(entry.incident_id)) == (
        record["verb"],
        record["actor"],
        record["object"]["id"],
        record["incident"],
    )


def test_an_instant_of_another_zone_is_recorded_in_utc() -> None:
    at = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    (entry,) = ledger.append(EVENT, by=ACTOR, at=at)
    assert json.loads(entry.body)["at"] == "2026-11-22T09:30:00.123456Z"


def test_the_request_is_named() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        assert json.loads(appended(EVENT).body)["request"] == "r-1"


def test_several_events_keep_their_order() -> None:
    events = [ledger.Event(f"thing.step_{step:02}", "thing", "17") for step in range(20)]
    ledger.append(*events, by=ACTOR, at=AT)
    verbs = Entry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == [event.verb for event in events]


def _outside() -> None:
    """In a thread, and so on a connection of its own that has no transaction."""
    try:
        ledger.append(EVENT, by=ACTOR, at=AT)
    finally:
        connection.close()


def test_entries_together_keep_their_order_and_are_there_afterwards() -> None:
    with ledger.together() as entries:
        for verb in ("a.done", "b.done", "c.done"):
            ledger.append(replace(EVENT, verb=verb), by=ACTOR, at=AT)
    found = Entry.objects.filter(incident_id=INCIDENT).order_by("id")
    assert [(each.id, each.verb) for each in found] == [(each.id, each.verb) for each in entries]
    assert len(entries) == 3


def test_entries_together_have_their_personal_values() -> None:
    with ledger.together() as entries:
        ledger.append(replace(EVENT, reason="Ann asked."), by=ACTOR, at=AT)
    assert entries[0].personal.get().value == '"Ann asked."'


def test_entries_together_that_fail_stop_the_change() -> None:
    with transaction.atomic():
        with suppress(ValueError), ledger.together():
            ledger.append(EVENT, by=ACTOR, at=AT)
            raise ValueError
        assert transaction.get_rollback()
        transaction.set_rollback(True)


def test_an_entry_of_a_savepoint_falls_with_it() -> None:
    with ledger.together():
        ledger.append(EVENT, by=ACTOR, at=AT)
        with suppress(ValueError), transaction.atomic():
            ledger.append(replace(EVENT, verb="undone"), by=ACTOR, at=AT)
            raise ValueError
    assert [each.verb for each in Entry.objects.filter(incident_id=INCIDENT)] == [EVENT.verb]


def test_an_entry_apart_from_a_change_is_refused() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(ledger.OutsideTransaction):
        pool.submit(_outside).result()


def test_an_entry_falls_with_its_change() -> None:
    with suppress(IntegrityError), transaction.atomic():
        entry = ledger.append(EVENT, by=ACTOR, at=AT)[0]
        entry.save(force_insert=True)  # the same key again: the change fails
    assert not Entry.objects.exists()


def test_what_cannot_be_recorded_stops_the_change() -> None:
    with pytest.raises(canonical.NotCanonical):
        ledger.append(ledger.Event("a.b", "c", "d", after={"e": object()}), by=ACTOR, at=AT)
