"""Stored incidents as a simulation reads them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.cases import STORED
from incidents.models import Incident
from policies import simulation
from policies.simulation import Case, Selection, Slice
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
EVERY = Selection()
ALL = Slice(None, None, 0)
SYSTEMS = ("triage", "chat-bot")


@pytest.fixture(autouse=True)
def policies() -> None:
    factory.install()


def cases(
    selection: Selection = EVERY, part: Slice = ALL, systems: Collection[str] = SYSTEMS
) -> list[Case]:
    return list(STORED.cases(selection, part, systems=systems))


def references(selection: Selection) -> list[str]:
    return [each.reference for each in cases(selection)]


def test_a_case_holds_the_report_and_the_level() -> None:
    incident = factory.submit(factory.breach())
    (found,) = cases()
    assert (found.id, found.reference) == (str(incident.id), incident.reference)
    assert (found.report, found.severity, found.open) == (incident.report, "SEV2", True)


def test_the_moment_recorded_last_counts() -> None:
    incident = factory.submit(factory.breach(aware=AT))
    factory.record(incident, "aware", AT - HOUR)
    assert cases()[0].moments == {"aware": AT - HOUR}


def test_a_case_was_decided_when_it_was_decided_last() -> None:
    incident = factory.submit(factory.breach())
    factory.amend(incident, AT + 3 * HOUR, harms=["privacy"])
    assert cases()[0].decided_at == AT + 3 * HOUR


def test_a_submission_starts_the_stages_of_its_own_duty() -> None:
    incident = factory.submit(factory.breach())
    factory.fulfil(factory.deadline(incident, "notify", "initial"), AT + HOUR)
    assert cases()[0].submitted == {("breach", "notify"): {"submitted:initial": AT + HOUR}}


def test_what_the_last_decision_saw_comes_only_for_systems_that_are_not_known() -> None:
    factory.submit(factory.report())
    assert cases()[0].stored is None
    (found,) = cases(systems=["chat-bot"])
    assert found.stored is not None
    assert found.stored["system"]["risk_class"] == "high"


def test_drills_are_left_out() -> None:
    factory.submit(factory.report(drill=True))
    assert cases() == []


def test_closed_incidents_can_be_left_out() -> None:
    kept, closed = factory.submit(factory.report()), factory.submit(factory.report())
    Incident.objects.filter(id=closed.id).update(state="closed", closed_at=AT)
    assert references(Selection(only_open=True)) == [kept.reference]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"since": AT}, ["second", "third"]),
        ({"until": AT}, ["first"]),
        ({"since": AT, "until": AT + HOUR}, ["second"]),
    ],
)
def test_incidents_are_selected_by_when_they_were_reported(
    selection: dict[str, Any], expected: list[str]
) -> None:
    names = {}
    for name, at in (("first", AT - HOUR), ("second", AT), ("third", AT + HOUR)):
        names[factory.submit(factory.report(), at=at).reference] = name
    assert [names[each] for each in references(Selection(**selection))] == expected


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_slices_hold_each_incident_once_and_in_order(size: int) -> None:
    made = sorted(str(factory.submit(factory.report()).id) for _ in range(5))
    slices = STORED.slices(Selection(), size=size)
    assert [each.id for part in slices for each in cases(part=part)] == made
    assert sum(part.count for part in slices) == len(made)


def test_without_incidents_there_are_no_slices() -> None:
    assert STORED.slices(Selection(), size=2) == []


def test_a_batch_takes_the_same_queries_however_many_incidents_it_holds(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        factory.submit(factory.breach())
    with django_assert_num_queries(4):  # incidents, moments, submissions, decisions
        cases()


def test_a_simulation_runs_over_what_is_stored() -> None:
    factory.submit(factory.breach())
    shorter = factory.text("breach", ("hours: 8, counting", "hours: 6, counting"))
    found = simulation.run(factory.release(), factory.release(breach=shorter), Selection())
    (date,) = found.examples[0].dates
    assert (date.before.legal, date.after.legal) == (
        AT + timedelta(hours=8),
        AT + timedelta(hours=6),
    )
