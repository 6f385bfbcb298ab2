"""Who reads is on record: once for each reader, object and hour."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from governance import clock
from governance.access import reads
from governance.access.models import NotedRead
from governance.accounts import keys
from governance.accounts.models import User
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents.models import Incident
from tests import factory
from tests.committed import at_once, once
from tests.factory import AT, HOUR, PERSON

OTHER = Actor("user", "01890000-0000-7000-8000-000000000002")


@pytest.fixture
def incident(db: None) -> Incident:
    factory.install()
    return factory.submit(factory.breach())


def read(
    what: Incident | User, by: Actor = PERSON, at: object = AT, *, closed: bool = False
) -> None:
    reads.shown(what, by=by, at=at, closed=closed)  # type: ignore[arg-type]


def found(verb: str = "incident.read") -> int:
    return Entry.objects.filter(verb=verb).count()


def test_the_entry_names_the_reader_the_object_and_its_incident(incident: Incident) -> None:
    read(incident)
    entry = Entry.objects.get(verb="incident.read")
    assert (entry.actor, entry.object_id) == (str(PERSON), str(incident.id))
    assert entry.incident_id == incident.id
    assert json.loads(entry.body)["at"] == "2026-11-23T08:00:00.000000Z"


def test_a_page_that_is_loaded_again_in_the_hour_writes_one_entry(incident: Incident) -> None:
    for minutes in (0, 1, 59):
        read(incident, at=AT + timedelta(minutes=minutes))
    assert found() == 1


def test_the_next_hour_has_an_entry_of_its_own(incident: Incident) -> None:
    read(incident, at=AT + timedelta(minutes=59))
    read(incident, at=AT + HOUR)
    assert found() == 2


def test_each_reader_has_an_entry(incident: Incident) -> None:
    read(incident)
    read(incident, by=OTHER)
    assert found() == 2


def test_each_object_has_an_entry(incident: Incident) -> None:
    read(incident)
    read(factory.submit(factory.breach()))
    assert found() == 2


def test_a_list_has_one_entry_whatever_is_asked_for(incident: Incident) -> None:
    for _ in range(2):
        reads.listed(Incident, by=PERSON, at=AT)
    entry = Entry.objects.get(verb="incident.listed")
    assert (entry.object_kind, entry.object_id) == ("incident", reads.LIST)


def test_reading_is_no_part_of_what_happened(incident: Incident) -> None:
    read(incident)
    happened = reads.without(Entry.objects.filter(incident_id=incident.id))
    assert "incident.reported" in set(happened.values_list("verb", flat=True))
    assert not happened.filter(verb="incident.read").exists()


def test_forgetting_what_is_noted_deletes_no_entry_and_doubles_none(incident: Incident) -> None:
    read(incident)
    read(incident, at=AT + 3 * HOUR)
    assert reads.forget(before=AT + 2 * HOUR) == 1
    read(incident, at=AT + 3 * HOUR)
    assert found() == 2
    assert NotedRead.objects.count() == 1


# --- a ledger that cannot be written ------------------------------------------------------------


@contextmanager
def locked(database: str, table: str = "ledger_entry") -> Iterator[None]:
    """As a migration or a backup may hold it: read, but not written."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{base}/{database}") as connection:
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        yield


@pytest.fixture
def committed(database: str) -> User:
    return once(database, User.objects.get)  # type: ignore[no-any-return]


def test_what_is_open_opens_while_the_ledger_is_locked(database: str, committed: User) -> None:
    with locked(database):
        once(database, lambda: read(committed))
    assert once(database, lambda: found("person.read")) == 0


def test_what_is_closed_is_refused_while_the_ledger_is_locked(
    database: str, committed: User
) -> None:
    with locked(database), pytest.raises(reads.Unrecorded, match="not given out"):
        once(database, lambda: read(committed, closed=True))


def test_a_read_that_could_not_be_recorded_is_recorded_the_next_time(
    database: str, committed: User
) -> None:
    with locked(database):
        once(database, lambda: read(committed))
    once(database, lambda: read(committed))
    assert once(database, lambda: found("person.read")) == 1


def test_a_key_lets_in_while_the_ledger_is_locked_and_is_first_used_afterwards(
    database: str,
) -> None:
    plain = once(database, factory.key)
    with locked(database):
        assert once(database, lambda: keys.find(plain, at=clock.now())) is not None
    assert once(database, lambda: found("api_key.first_used")) == 0
    once(database, lambda: keys.find(plain, at=clock.now()))
    assert once(database, lambda: found("api_key.first_used")) == 1


def test_many_reads_at_once_write_one_entry(database: str, committed: User) -> None:
    at_once(database, *[lambda: read(committed)] * 6)
    assert once(database, lambda: found("person.read")) == 1
