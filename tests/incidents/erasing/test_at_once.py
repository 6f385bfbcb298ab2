"""Erasures, holds and files under several hands at once, with rows that are committed."""

from datetime import timedelta
from uuid import UUID

import pytest

from governance import clock as time
from governance.ledger import erasures
from governance.ledger.models import Entry
from incidents import correspondence, erasure, legal_holds
from incidents.errors import OnHold
from incidents.models import Attachment, Erasure, FileContent, Incident
from incidents.retention import applying
from incidents.stages.attaching import Upload
from tests import factory
from tests.committed import once, one_in_the_other, tried_at_once
from tests.incidents.erasing import story

DATA = b"%PDF the same"


def report() -> UUID:
    """At the shipped example organisation, with a file."""
    facts = {**factory.report(), "system": "support-assistant"}
    incident = factory.submit(facts, at=time.now())
    attach(incident.id)
    return incident.id


def attach(key: UUID) -> str:
    upload = Upload("a.pdf", "application/pdf", DATA)
    incident = Incident.objects.get(id=key)
    correspondence.attach(incident, upload, by=factory.PERSON, at=time.now())
    return "attached"


def asked(key: UUID) -> UUID:
    incident, by = Incident.objects.get(id=key), story.officer()
    row = erasure.request(
        incident, ["files", "report"], ground="g", reason="r", by=by, at=time.now()
    )
    story.second()
    story.counsel()
    return row.id


def approve(key: UUID) -> str:
    row = Erasure.objects.get(id=key)
    return str(erasure.approve(row, note="", by=story.second(), at=time.now()).state)


def hold() -> str:
    legal_holds.place(reason="A suit.", by=story.counsel(), at=time.now())
    return "held"


def test_an_erasure_approved_twice_at_once_is_done_once(database: str) -> None:
    row = once(database, lambda: asked(report()))
    found = tried_at_once(database, *[lambda: approve(row)] * 3)
    assert sorted(getattr(each, "code", each) for each in found) == [
        "done",
        "wrong-state",
        "wrong-state",
    ]


def test_a_hold_placed_at_once_comes_before_or_after_and_never_between(database: str) -> None:
    row = once(database, lambda: asked(report()))
    placed, erased = tried_at_once(database, hold, lambda: approve(row))
    assert placed == "held"
    left = once(database, lambda: bool(FileContent.objects.get().data))
    assert left == isinstance(erased, OnHold)


def test_a_file_added_elsewhere_at_once_keeps_its_bytes(database: str) -> None:
    row = once(database, lambda: asked(report()))
    other = once(database, lambda: factory.submit(other_report(), at=time.now()).id)
    found = tried_at_once(database, lambda: approve(row), lambda: attach(other))
    assert found == ["done", "attached"]
    kept = once(database, lambda: Attachment.objects.get(incident=other).content.data)
    assert bytes(kept) == DATA


@pytest.mark.parametrize("adding_first", [False, True])
def test_what_erases_a_file_and_what_adds_it_wait_for_each_other(
    database: str, adding_first: bool
) -> None:
    row = once(database, lambda: asked(report()))
    other = once(database, lambda: factory.submit(other_report(), at=time.now()).id)
    erasing, adding = lambda: approve(row), lambda: attach(other)
    one_in_the_other(database, *((adding, erasing) if adding_first else (erasing, adding)))
    kept = once(database, lambda: Attachment.objects.get(incident=other).content.data)
    assert bytes(kept) == DATA


def test_two_workers_end_a_class_once(database: str) -> None:
    key = once(database, report)
    now = once(database, time.now)

    def close() -> None:
        Incident.objects.filter(id=key).update(
            state="closed", closed_at=now - timedelta(days=366 * 4)
        )

    once(database, close)
    found = tried_at_once(database, *[lambda: applying.run(at=now)] * 3)
    assert sum(found) == 1
    counted = once(database, lambda: Entry.objects.filter(verb=applying.VERB).count())
    assert counted == 1
    assert once(database, lambda: list(erasures.missing())) == []


def other_report() -> dict[str, object]:
    return {**factory.report(), "system": "support-assistant"}
