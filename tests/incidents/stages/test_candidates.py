"""Several records of one moment stand side by side; which of them counts is a decision."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.ledger import readings
from governance.ledger.models import Entry
from governance.ledger.readings import Reading
from incidents import candidates, moments
from incidents.errors import WrongState
from incidents.models import Incident, Moment, MomentChoice, MomentWithdrawal
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, deadline, pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    """A breach of which the report says that we became aware at AT."""
    factory.install()
    return factory.submit(factory.breach(source={"name": "drift monitor"}))


def add(incident: Incident, instant: datetime, *, decides: bool = False) -> Moment:
    moments.record(
        incident,
        "aware",
        instant,
        basis="The alert fired.",
        source="PagerDuty alert 4711",
        decides=decides,
        by=PERSON,
        at=AT + HOUR,
    )
    return incident.moments.latest("id")


def choose(moment: Moment, because: str = "The log is right.") -> Incident:
    return moments.choose(moment, because=because, by=PERSON, at=AT + HOUR)


def withdraw(moment: Moment) -> Incident:
    return moments.withdraw(moment, because="Wrong alert.", by=PERSON, at=AT + HOUR)


def due(incident: Incident) -> datetime | None:
    return deadline(incident, "notify", "initial").legal_due


def counting(incident: Incident) -> Moment:
    (found,) = [each.moment for each in candidates.of(incident) if each.counts]
    return found


def bodies(verb: str) -> list[dict[str, Any]]:
    found = Entry.objects.filter(verb=verb).order_by("id").values_list("body", flat=True)
    return [json.loads(body) for body in found]


def said(verb: str) -> Reading:
    return readings.of(Entry.objects.filter(verb=verb).latest("id"))


# --- which one counts ----------------------------------------------------------------------------


def test_the_first_record_counts_because_of_its_basis(incident: Incident) -> None:
    choice = MomentChoice.objects.get()
    assert (choice.moment, choice.number, choice.because) == (
        incident.moments.get(),
        1,
        "Stated in the report.",
    )


def test_the_first_record_counts_even_if_it_is_not_to_decide() -> None:
    factory.install()
    incident = factory.submit(factory.breach(aware=None))
    add(incident, AT)
    assert due(incident) == AT + 8 * HOUR


def test_a_record_that_decides_counts_from_then_on(incident: Incident) -> None:
    add(incident, AT - HOUR, decides=True)
    assert due(incident) == AT + 7 * HOUR


def test_a_candidate_moves_nothing(incident: Incident) -> None:
    before = factory.verbs(incident)
    add(incident, AT - HOUR)
    assert (due(incident), incident.moments.count()) == (AT + 8 * HOUR, 2)
    assert factory.verbs(incident) == [*before, "moment.recorded"]


def test_choosing_a_candidate_moves_the_clock_to_an_earlier_date(incident: Incident) -> None:
    choose(add(incident, AT - 2 * HOUR))
    clock = deadline(incident, "notify", "initial")
    assert (clock.started_at, clock.legal_due) == (AT - 2 * HOUR, AT + 6 * HOUR)
    overdue = clock.timers.filter(kind="overdue", state="pending")
    assert [timer.due_at for timer in overdue] == [AT + 6 * HOUR]


def test_one_may_go_back_to_a_record_that_counted_before(incident: Incident) -> None:
    first = incident.moments.get()
    add(incident, AT - HOUR, decides=True)
    choose(first)
    assert (due(incident), counting(incident)) == (AT + 8 * HOUR, first)


def test_an_amendment_that_states_the_moment_counts(incident: Incident) -> None:
    factory.amend(incident, moments={"aware": factory.iso(AT - HOUR)})
    chosen = counting(incident)
    assert (chosen.at, chosen.source) == (AT - HOUR, "Amendment")


def test_a_choice_outlives_an_amendment_of_something_else(incident: Incident) -> None:
    choose(add(incident, AT - HOUR))
    factory.amend(incident, impact={"people_affected": 3})
    assert due(incident) == AT + 7 * HOUR


def test_what_counts_is_the_highest_number_whatever_the_clock_of_a_machine_says(
    incident: Incident,
) -> None:
    moment = add(incident, AT - HOUR)
    moments.choose(moment, because="Late worker.", by=PERSON, at=AT - 9 * HOUR)
    assert counting(incident) == moment


def test_the_choice_is_a_fact_for_the_decision(incident: Incident) -> None:
    choose(add(incident, AT - HOUR))
    facts = json.loads(incident.decisions.latest("id").facts)
    assert facts["moments"]["aware"] == "2026-11-23T07:00:00.000000Z"


# --- on record -----------------------------------------------------------------------------------


def test_a_record_says_what_said_so(incident: Incident) -> None:
    moment = add(incident, AT)
    assert (moment.basis, moment.source) == ("The alert fired.", "PagerDuty alert 4711")
    assert said("moment.recorded").personal["source"].value == "PagerDuty alert 4711"


def test_a_moment_of_the_report_names_its_source(incident: Incident) -> None:
    assert incident.moments.get().source == "drift monitor"


def test_the_choice_is_an_entry_of_its_own_with_both_times(incident: Incident) -> None:
    first, moment = incident.moments.get(), add(incident, AT - HOUR)
    choose(moment, "The log is right.")
    body = bodies("moment.chosen")[-1]
    assert body["before"] == {"moment": str(first.id), "at": "2026-11-23T08:00:00.000000Z"}
    assert (body["after"]["moment"], body["after"]["at"]) == (
        str(moment.id),
        "2026-11-23T07:00:00.000000Z",
    )
    assert body["actor"] == str(PERSON)
    assert said("moment.chosen").reason == "The log is right."


def test_the_clock_says_why_it_moved(incident: Incident) -> None:
    choose(add(incident, AT - HOUR))
    reason = "Another record of the moment 'aware' counts now."
    assert bodies("clock.counted")[-1]["reason"] == reason


def test_every_choice_is_kept(incident: Incident) -> None:
    first = incident.moments.get()
    choose(add(incident, AT - HOUR))
    choose(first)
    assert list(MomentChoice.objects.values_list("number", flat=True)) == [1, 2, 3]


# --- refusals ------------------------------------------------------------------------------------


def test_what_counts_cannot_be_chosen_again(incident: Incident) -> None:
    with pytest.raises(WrongState, match="counts already"):
        choose(incident.moments.get())


def test_a_withdrawn_record_cannot_be_chosen(incident: Incident) -> None:
    moment = add(incident, AT - HOUR)
    withdraw(moment)
    with pytest.raises(WrongState, match="was withdrawn"):
        choose(moment)
    assert due(incident) == AT + 8 * HOUR


def test_the_record_that_counts_cannot_be_withdrawn(incident: Incident) -> None:
    with pytest.raises(WrongState, match="choose or record another one first"):
        withdraw(incident.moments.get())


def test_it_can_be_withdrawn_once_another_counts(incident: Incident) -> None:
    first = incident.moments.get()
    add(incident, AT - HOUR, decides=True)
    withdraw(first)
    row = MomentWithdrawal.objects.get()
    assert (row.moment, row.because, row.withdrawn_by) == (first, "Wrong alert.", str(PERSON))
    assert said("moment.withdrawn").reason == "Wrong alert."


def test_a_record_is_withdrawn_once(incident: Incident) -> None:
    moment = add(incident, AT - HOUR)
    withdraw(moment)
    with pytest.raises(WrongState, match="already"):
        withdraw(moment)


def test_a_closed_incident_chooses_nothing(incident: Incident) -> None:
    moment = add(incident, AT - HOUR)
    Incident.objects.filter(id=incident.id).update(state="closed", closed_at=AT)
    for refused in (choose, withdraw):
        with pytest.raises(WrongState, match="is closed"):
            refused(moment)


# --- the database itself -------------------------------------------------------------------------


def row(moment: Moment, number: int, **other: Any) -> MomentChoice:
    given = {"incident_id": moment.incident_id, "name": moment.name, **other}
    return MomentChoice(moment=moment, number=number, chosen_by="x", chosen_at=AT, **given)


def test_no_choice_is_numbered_twice(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="moment_choice_numbered"), transaction.atomic():
        row(add(incident, AT), 1).save(force_insert=True)


def test_no_choice_takes_the_record_of_another_moment(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="is no candidate for"), transaction.atomic():
        row(incident.moments.get(), 1, name="occurred").save(force_insert=True)


def test_no_choice_takes_the_record_of_another_incident(incident: Incident) -> None:
    other = factory.submit(factory.breach())
    with pytest.raises(IntegrityError, match="is no candidate for"), transaction.atomic():
        row(other.moments.get(), 9, incident_id=incident.id).save(force_insert=True)


def test_no_choice_takes_a_withdrawn_record(incident: Incident) -> None:
    moment = add(incident, AT)
    withdraw(moment)
    with pytest.raises(IntegrityError, match="was withdrawn"), transaction.atomic():
        row(moment, 2).save(force_insert=True)


def test_the_database_keeps_what_counts_from_being_withdrawn(incident: Incident) -> None:
    moment = incident.moments.get()
    with pytest.raises(IntegrityError, match="choose another first"), transaction.atomic():
        MomentWithdrawal.objects.create(
            incident=incident, moment=moment, because="x", withdrawn_by="x", withdrawn_at=AT
        )


@pytest.mark.parametrize("statement", ["UPDATE {} SET because = ''", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["incidents_momentchoice", "incidents_momentwithdrawal"])
def test_what_was_decided_is_kept(incident: Incident, statement: str, table: str) -> None:
    withdraw(add(incident, AT))
    refused = pytest.raises(IntegrityError, match="is refused")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


# --- what it would move --------------------------------------------------------------------------


def test_a_preview_shows_the_dates_before_and_after(incident: Incident) -> None:
    moment = add(incident, AT - HOUR)
    effect = moments.preview(moment, at=AT + HOUR)
    (change,) = [each for each in effect.changes if each["duty"] == "breach/notify"]
    (stage,) = change["stages"]
    assert [stage[side]["legal_due"] for side in ("before", "after")] == [
        "2026-11-23T16:00:00.000000Z",
        "2026-11-23T15:00:00.000000Z",
    ]


def test_a_preview_leaves_nothing_behind(incident: Incident) -> None:
    moment = add(incident, AT - HOUR)
    before = (factory.verbs(incident), pending(deadline(incident, "notify", "initial")))
    moments.preview(moment, at=AT + HOUR + MINUTE)
    assert (factory.verbs(incident), pending(deadline(incident, "notify", "initial"))) == before
    assert (due(incident), MomentChoice.objects.count()) == (AT + 8 * HOUR, 1)
