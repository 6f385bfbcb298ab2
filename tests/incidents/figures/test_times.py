from datetime import timedelta
from typing import Any, Final

import pytest

from incidents import flow
from incidents.figures.period import Grouping, Period, grouping
from incidents.figures.times import Row, Took, times
from incidents.models import Incident
from tests import factory
from tests.factory import AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db

PERIOD: Final = Period(AT - HOUR, AT + HOUR)
NEVER: Final = Took(0, None, None)


@pytest.fixture(autouse=True)
def _house() -> None:
    factory.install()


def row(by: str = "", period: Period = PERIOD) -> Row:
    (found,) = times(period, Grouping(by))  # type: ignore[arg-type]
    return found


def took(step: str) -> Took:
    return row().took[step]


def acknowledge(incident: Incident, after: timedelta) -> Incident:
    return flow.acknowledge(incident, by=factory.PERSON, at=AT + after)


def test_where_nothing_happened_there_is_no_row() -> None:
    assert times(PERIOD, Grouping("")) == []


def test_what_did_not_happen_took_no_time_at_all() -> None:
    factory.submit(factory.breach())
    assert (took("acknowledged"), took("notified"), took("resolved")) == (NEVER, NEVER, NEVER)


def test_an_acknowledgement_is_counted_from_the_report() -> None:
    acknowledge(factory.submit(factory.breach()), 20 * MINUTE)
    assert took("acknowledged") == Took(1, 20 * MINUTE, 20 * MINUTE)


def test_the_first_acknowledgement_counts() -> None:
    incident = acknowledge(factory.submit(factory.report()), 20 * MINUTE)
    incident = factory.amend(incident, harms=["death"])
    assert incident.acknowledged_at is None
    acknowledge(incident, 2 * HOUR)
    assert took("acknowledged").median == 20 * MINUTE


def test_half_were_within_the_median_and_nine_of_ten_within_p90() -> None:
    for minutes in range(1, 12):
        acknowledge(factory.submit(factory.report()), minutes * MINUTE)
    assert took("acknowledged") == Took(11, 6 * MINUTE, 10 * MINUTE)


def test_an_incident_without_questions_is_decided_at_once() -> None:
    factory.submit(factory.breach(system="chat-bot"))
    assert took("decided") == Took(1, timedelta(0), timedelta(0))


def test_an_incident_with_an_open_question_is_not_decided() -> None:
    factory.submit(factory.report(system="chat-bot", personal_data={"breach": True}))
    assert took("decided") == NEVER


def test_an_incident_is_decided_when_its_last_question_is_settled() -> None:
    incident = factory.submit(factory.report(system="chat-bot", personal_data={"breach": True}))
    factory.amend(incident, AT + 3 * HOUR, personal_data={"risk": "high"})
    assert took("decided").median == 3 * HOUR


def test_the_first_notice_that_was_sent_counts() -> None:
    incident = factory.submit(factory.breach())
    factory.fulfil(factory.deadline(incident, "notify", "initial"), AT + 2 * HOUR)
    assert took("notified").median == 2 * HOUR


def test_an_incident_that_was_closed_at_once_is_resolved_then() -> None:
    factory.change(factory.submit(factory.report()), "resolved", AT + 5 * HOUR)
    assert took("resolved").median == 5 * HOUR


def test_reopening_does_not_take_the_first_solution_back() -> None:
    incident = factory.change(factory.submit(factory.report()), "resolved", AT + HOUR)
    incident = factory.change(incident, "open", AT + 2 * HOUR)
    factory.change(incident, "resolved", AT + 9 * HOUR)
    assert took("resolved").median == HOUR


def test_drills_do_not_count() -> None:
    factory.submit(factory.report(drill=True))
    assert times(PERIOD, Grouping("")) == []


def test_the_period_begins_with_since_and_ends_before_until() -> None:
    factory.submit(factory.report(), at=AT - HOUR)
    factory.submit(factory.report(), at=AT + HOUR)
    assert row().incidents == 1


def test_groups_come_with_the_most_incidents_first() -> None:
    for facts in (factory.report(), factory.report(), factory.report(harms=["death"])):
        factory.submit(facts)
    found = times(PERIOD, Grouping("severity"))
    assert [each.incidents for each in found] == [2, 1]


# --- failure modes and subcategories --------------------------------------------------------------

TERMS: Final = (
    "  terms:\n",
    "  terms:\n    failure_modes:\n"
    "      - {id: drift, title: Data drift, rmf: [MEASURE 2.4, MANAGE 4.1]}\n"
    "      - {id: bias, title: Harmful bias, rmf: [MEASURE 2.11, MANAGE 4.1]}\n",
)


def stated(*modes: Any) -> None:
    """A report as one with these failure modes is stored."""
    incident = factory.submit(factory.report())
    Incident.objects.filter(id=incident.id).update(report={"failure_modes": list(modes)})


def grouped(by: str) -> dict[str, int]:
    made = grouping(by, factory.release(taxonomy=factory.text("taxonomy", TERMS)))  # type: ignore[arg-type]
    return {each.title: each.incidents for each in times(PERIOD, made)}


def test_an_incident_counts_once_for_each_failure_mode() -> None:
    stated("drift", "bias")
    stated("drift")
    assert grouped("failure_mode") == {"Data drift": 2, "Harmful bias": 1}


def test_an_incident_counts_once_for_each_subcategory() -> None:
    stated("drift", "bias")
    assert grouped("rmf_subcategory") == {"MANAGE 4.1": 1, "MEASURE 2.11": 1, "MEASURE 2.4": 1}


def test_what_states_no_failure_mode_is_a_group_of_its_own() -> None:
    factory.submit(factory.report())
    stated()
    assert grouped("failure_mode") == grouped("rmf_subcategory") == {"Not stated": 2}


def test_a_system_goes_by_its_name_in_the_register() -> None:
    factory.submit(factory.report())
    assert list(grouped("system")) == ["Triage of patients"]
