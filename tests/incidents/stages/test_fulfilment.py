"""Recording what was sent: chains of stages, lateness, and what cannot be recorded."""

import pytest

from governance.errors import Invalid
from incidents import states
from incidents.errors import WrongState
from tests import factory
from tests.factory import AT, HOUR, PERSON, amend, deadline, duty, fulfil, pending, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def test_a_submission_starts_the_stage_that_counts_from_it() -> None:
    incident = factory.submit(factory.breach())
    fulfil(deadline(incident, "notify", "initial"), AT + HOUR)
    final = deadline(incident, "notify", "final")
    assert (final.state, final.legal_due) == ("running", AT + 25 * HOUR)


def test_what_is_submitted_is_recorded_and_says_no_more() -> None:
    incident = factory.submit(factory.breach())
    clock = fulfil(deadline(incident, "notify", "initial"), AT + HOUR, at=AT + 2 * HOUR)
    assert (clock.state, clock.fulfilled_at, clock.receipt_number, clock.fulfilled_by) == (
        "fulfilled",
        AT + HOUR,
        "R-1",
        str(PERSON),
    )
    assert pending(clock) == []


def test_a_duty_is_fulfilled_with_its_last_stage_but_for_optional_ones() -> None:
    incident = factory.submit(factory.breach())
    fulfil(deadline(incident, "notify", "initial"), AT + HOUR)
    assert duty(incident, "notify").state == "open"
    fulfil(deadline(incident, "notify", "final"), AT + 2 * HOUR)
    assert duty(incident, "notify").state == "fulfilled"


def test_an_optional_stage_that_starts_opens_the_duty_again() -> None:
    incident = factory.submit(factory.breach())
    for stage in ("initial", "final"):
        fulfil(deadline(incident, "notify", stage), AT + HOUR)
    record(incident, "information", AT + 2 * HOUR, at=AT + 2 * HOUR)
    assert duty(incident, "notify").state == "open"
    assert deadline(incident, "notify", "amendment").legal_due == AT + 6 * HOUR
    fulfil(deadline(incident, "notify", "amendment"), AT + 3 * HOUR)
    assert duty(incident, "notify").state == "fulfilled"


@pytest.mark.parametrize(("hours", "standing"), [(7, "met"), (8, "met_late"), (9, "met_late")])
def test_late_is_late(hours: int, standing: str) -> None:
    incident = factory.submit(factory.breach())
    clock = fulfil(deadline(incident, "notify", "initial"), AT + hours * HOUR)
    assert states.standing(clock, at=AT + 99 * HOUR, shadow=False) == standing


def test_a_stage_is_fulfilled_once() -> None:
    incident = factory.submit(factory.breach())
    clock = fulfil(deadline(incident, "notify", "initial"), AT + HOUR)
    with pytest.raises(WrongState, match="fulfilled already"):
        fulfil(clock, AT + 2 * HOUR)


def test_a_cancelled_stage_cannot_be_fulfilled() -> None:
    incident = factory.submit(factory.breach(harms=["injury"]))
    amend(incident, harms=["death"])
    with pytest.raises(WrongState, match="cancelled already"):
        fulfil(deadline(incident, "serious", "report"), AT + 2 * HOUR)


def test_what_will_be_sent_is_not_sent() -> None:
    incident = factory.submit(factory.breach())
    with pytest.raises(Invalid, match="lies in the future"):
        fulfil(deadline(incident, "notify", "initial"), AT + 2 * HOUR, at=AT + HOUR)


def test_a_fulfilled_stage_does_not_move_with_its_moment() -> None:
    incident = factory.submit(factory.breach())
    fulfil(deadline(incident, "notify", "initial"), AT + HOUR)
    record(incident, "aware", AT - HOUR)
    assert deadline(incident, "notify", "initial").legal_due == AT + 8 * HOUR
