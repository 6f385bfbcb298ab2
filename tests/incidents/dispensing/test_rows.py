"""What the database itself insists on, whoever writes to it: here, its superuser by plain SQL."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from incidents.models import Clock, Dispensation, Incident
from tests import factory
from tests.factory import AT, HOUR, ask, duty, grant

pytestmark = pytest.mark.django_db


def refused(words: str, statement: str, *values: Any) -> None:
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def decide(row: Dispensation, person: str) -> tuple[Any, ...]:
    return (
        "UPDATE incidents_dispensation SET state = 'approved', decided_by = %s, decided_at = %s,"
        " ends_at = %s WHERE id = %s",
        person,
        AT,
        AT + 9 * HOUR,
        row.id,
    )


def test_the_tests_are_the_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == (True,)


def test_nobody_approves_their_own_request(clock: Clock) -> None:
    row = ask(clock, "delay")
    refused("takes_two", *decide(row, row.requested_by))


def test_nor_what_they_asked_for_by_a_key(clock: Clock) -> None:
    row = ask(clock, "delay")
    key = factory.key_of(factory.approver())
    Dispensation.objects.bulk_create([copy(row, kind="pause", requested_by=str(key))])
    own = Dispensation.objects.get(kind="pause")
    refused("takes_two", *decide(own, str(factory.approver())))


def copy(row: Dispensation, **changes: Any) -> Dispensation:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return Dispensation(**{**fields, "id": clock_id(row), **changes})


def clock_id(row: Dispensation) -> Any:
    """Some key that is not taken."""
    return row.incident_id


@pytest.mark.parametrize("person", ["", "api_key:0123abcd", "system:sweep"])
def test_only_a_person_approves(clock: Clock, person: str) -> None:
    refused("decided_by_person", *decide(ask(clock, "delay"), person))


def test_nothing_begins_approved(clock: Clock) -> None:
    row = ask(clock, "delay")
    with pytest.raises(DatabaseError, match="begins as a request"), transaction.atomic():
        copy(row, kind="pause", state="approved").save(force_insert=True)


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("pause", {"until": None}, "has_its_end"),
        ("delay", {"until": None}, "has_its_end"),
        ("pause", {"ground": ""}, "has_its_ground"),
        ("pause", {"clock_id": None}, "of_clock_or_duty"),
        ("waiver", {"until": None}, "of_clock_or_duty"),
    ],
)
def test_what_is_asked_for_is_whole(
    clock: Clock, kind: str, changes: dict[str, Any], words: str
) -> None:
    row = ask(clock, "delay")
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        copy(row, kind=kind, **changes).save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    ["ground = 'Art. 1'", "until = now()", "requested_by = 'user:x'", "kind = 'pause'"],
)
def test_what_was_asked_for_is_kept(clock: Clock, change: str) -> None:
    row = ask(clock, "delay")
    statement = f"UPDATE incidents_dispensation SET {change} WHERE id = %s"  # noqa: S608
    refused("kept as it was asked for", statement, row.id)


@pytest.mark.parametrize("change", ["decided_by = 'user:x'", "ends_at = now()", "note = ''"])
def test_what_was_decided_is_kept(clock: Clock, change: str) -> None:
    row = grant(clock, "delay")
    statement = f"UPDATE incidents_dispensation SET {change} WHERE id = %s"  # noqa: S608
    refused("kept as it was decided", statement, row.id)


def test_states_follow_their_order(clock: Clock) -> None:
    row = factory.finish(grant(clock, "delay"), at=AT + 2 * HOUR)
    statement = "UPDATE incidents_dispensation SET state = 'approved' WHERE id = %s"
    refused("does not go from ended to approved", statement, row.id)


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE"])
def test_nothing_is_deleted(clock: Clock, statement: str) -> None:
    ask(clock, "delay")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else rows that are new hinder TRUNCATE
    cascade = " CASCADE" if statement == "TRUNCATE" else ""
    refused("kept as they were written", f"{statement} incidents_dispensation{cascade}")
    assert Dispensation.objects.count() == 1


def test_what_is_in_force_has_an_end(clock: Clock) -> None:
    row = ask(clock, "pause", until=AT + 9 * HOUR)
    refused(
        "in_force_ends",
        "UPDATE incidents_dispensation SET state = 'approved', decided_by = %s, decided_at = %s,"
        " since = %s WHERE id = %s",
        str(factory.approver()),
        AT,
        AT,
        row.id,
    )


def test_no_clock_stands_still_without_an_approved_pause(clock: Clock) -> None:
    ask(clock, "pause", until=AT + 9 * HOUR)
    refused(
        "no approved pause",
        "UPDATE incidents_clock SET state = 'paused', paused_since = %s, paused_until = %s"
        " WHERE id = %s",
        AT,
        AT + HOUR,
        clock.id,
    )


def test_no_clock_stands_still_without_an_end(clock: Clock) -> None:
    grant(clock, "pause", until=AT + 9 * HOUR)
    statement = "UPDATE incidents_clock SET paused_until = NULL WHERE id = %s"
    refused("clock_paused_has_its_end", statement, clock.id)


def test_no_duty_is_waived_without_an_approved_waiver(incident: Incident) -> None:
    notify = duty(incident, "notify")
    ask(notify, "waiver")
    statement = "UPDATE incidents_duty SET state = 'waived' WHERE id = %s"
    refused("no approved waiver", statement, notify.id)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("confirmation = ''", "is_confirmed_or_waits"),
        ("confirm_by = NULL", "unconfirmed_has_its_limit"),
        ("confirmation = 'confirmed'", "confirmed_by_a_person"),
        ("confirmation = 'contested'", "contested_by_a_person|is_confirmed_or_waits"),
        (
            "confirmation = 'confirmed', confirmed_at = now(), confirmed_by = 'user:x', "
            "contested_by = 'user:x'",
            "overruled_by_another",
        ),
    ],
)
def test_a_decision_not_to_notify_is_confirmed_by_somebody_or_waits(
    incident: Incident, change: str, words: str
) -> None:
    factory.amend(incident, personal_data={"risk": "unlikely"})
    key = duty(incident, "notify").id
    refused(words, f"UPDATE incidents_duty SET {change} WHERE id = %s", key)  # noqa: S608
