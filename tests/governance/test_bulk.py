"""Rows written in bulk are the rows that Django would have written."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from governance import bulk, ids
from governance.ledger import ledger
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.models import Clock, Incident, Timer
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
AWKWARD = 'tab\t newline\n back\\slash "quotes" \\N \\. {braces} ☃ \U0001f9ca'


def entry(**fields: Any) -> Entry:
    event = ledger.Event("a.done", "a", ids.new(), because=AWKWARD)
    made = ledger._entry(event, factory.PERSON, AT, "", [])
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def message(key: str, **fields: Any) -> Message:
    return Message(
        key=key,
        channel="email",
        destination="a@example.org",
        subject="s",
        text=AWKWARD,
        because="b",
        created_at=AT,
        due_at=AT,
        **fields,
    )


def stored(row: Any) -> dict[str, Any]:
    fields = [field.name for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in fields}


def test_a_copied_row_is_what_was_given() -> None:
    given = entry()
    bulk.copy([given])
    assert stored(Entry.objects.get(id=given.id)) == stored(given)


def test_an_added_row_is_what_was_given() -> None:
    given = message("k")
    bulk.add([given])
    found = stored(Message.objects.get(key="k"))
    assert found == stored(given) | {"number": found["number"]}


def test_a_default_of_the_database_is_left_to_it() -> None:
    bulk.add([message("a"), message("b")])
    first, second = Message.objects.order_by("key").values_list("number", flat=True)
    assert second == first + 1


def test_arrays_and_empty_columns_arrive() -> None:
    factory.install()
    incident = factory.submit(factory.breach())
    given = factory.deadline(incident, "notify", "final")
    given.id, given.occurrence, given.state = ids.new(), 9, Clock.State.CANCELLED
    given.content = ["a", AWKWARD]
    bulk.add([given])
    found = Clock.objects.get(id=given.id)
    assert (found.content, found.legal_due) == (["a", AWKWARD], None)


def test_copied_arrays_and_empty_columns_arrive() -> None:
    factory.install()
    given = factory.deadline(factory.submit(factory.breach()), "notify", "final")
    given.id, given.occurrence, given.state = ids.new(), 9, Clock.State.CANCELLED
    given.content = ["a", AWKWARD, '{"x"}', ""]
    bulk.copy([given])
    assert stored(Clock.objects.get(id=given.id)) == stored(given)


def test_copied_json_arrives() -> None:
    factory.install()
    given = factory.submit(factory.report())
    given.id, given.reference = ids.new(), "INC-X"
    given.report = {"words": AWKWARD, "list": [1, {"a": None}], "true": True}
    bulk.copy([given])
    assert stored(Incident.objects.get(id=given.id)) == stored(given)


def test_saving_a_copied_row_again_changes_it() -> None:
    factory.install()
    given = factory.submit(factory.report())
    given.id, given.reference = ids.new(), "INC-X"
    bulk.copy([given])
    given.title = "Another"
    given.save()
    assert Incident.objects.get(id=given.id).title == "Another"


def test_nothing_is_written_for_no_rows() -> None:
    bulk.copy([])
    bulk.add([])
    assert not Message.objects.exists()


def test_a_row_that_is_there_already_is_left_as_it_is() -> None:
    bulk.add([message("k")])
    other = message("other")
    assert bulk.add([message("k", attempts=7), other]) == {other.id}
    assert dict(Message.objects.values_list("key", "attempts")) == {"k": 0, "other": 0}


def test_copying_a_row_that_is_there_already_is_an_error() -> None:
    given = entry()
    bulk.copy([given])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.copy([given])


def test_constraints_hold() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.add([message("k", state="sent")])


def test_what_is_copied_falls_with_its_transaction() -> None:
    with transaction.atomic():
        bulk.copy([entry()])
        transaction.set_rollback(True)
    assert not Entry.objects.filter(verb="a.done").exists()


def test_an_enumeration_is_stored_by_its_value() -> None:
    factory.install()
    incident = factory.submit(factory.breach())
    for write in (bulk.add, bulk.copy):
        key = f"k-{ids.new()}"
        given = Timer(incident=incident, kind=Timer.Kind.AT_RISK, step="x", key=key)
        given.due_at = AT + HOUR
        write([given])
        assert model_to_dict(Timer.objects.get(key=key))["kind"] == "at_risk"
