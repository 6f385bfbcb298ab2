"""How the dates of a clock came to be, from the entries of the audit trail."""

import pytest

from incidents import firing, histories, moments, sweep
from incidents.histories import Change
from incidents.models import Incident
from tests import factory, schedules
from tests.factory import AT, HOUR, PERSON, deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach(harms=["injury"]))


def of(incident: Incident, stage: str = "initial") -> list[Change]:
    return list(histories.of(deadline(incident, "notify", stage)))


def test_a_clock_that_never_moved_was_opened_with_its_duty(incident: Incident) -> None:
    (opened,) = of(incident)
    assert (opened.verb, opened.actor, opened.at) == ("duty.opened", str(factory.TOOL), AT)
    assert opened.changed["legal_due"] == (None, "2026-11-23T16:00:00.000000Z")


def test_the_clocks_of_one_duty_are_told_apart(incident: Incident) -> None:
    (final,) = of(incident, "final")
    assert final.changed["waits_for"] == (None, ["submitted:initial"])
    assert "legal_due" not in final.changed


def test_each_change_has_who_when_why_and_both_dates(incident: Incident) -> None:
    factory.record(incident, "aware", AT - HOUR)
    moved, _ = of(incident)
    assert (moved.verb, moved.actor, moved.at) == ("clock.counted", str(PERSON), AT + HOUR)
    assert moved.because == "The moment 'aware' was recorded."
    assert moved.changed["legal_due"] == (
        "2026-11-23T16:00:00.000000Z",
        "2026-11-23T15:00:00.000000Z",
    )


def test_what_stayed_is_not_listed(incident: Incident) -> None:
    factory.record(incident, "aware", AT - HOUR)
    moved, _ = of(incident)
    assert not {"period", "counting", "state", "release"} & set(moved.changed)


def test_the_newest_comes_first(incident: Incident) -> None:
    first = incident.moments.get()
    factory.record(incident, "aware", AT - HOUR)
    moments.choose(first, because="The log was wrong.", by=PERSON, at=AT + 2 * HOUR)
    factory.fulfil(deadline(incident, "notify", "initial"), AT + 3 * HOUR)
    verbs = [change.verb for change in of(incident)]
    assert verbs == ["clock.fulfilled", "clock.counted", "clock.counted", "duty.opened"]


def test_reminders_are_no_change_of_its_dates(incident: Incident) -> None:
    firing.fire_due(by=sweep.SWEEP, at=AT + 9 * HOUR)
    assert len(of(incident)) == 1


def test_the_next_report_of_a_series_has_a_history_of_its_own() -> None:
    schedules.install("model")
    incident = factory.submit(schedules.report())
    for stage in ("initial", "intermediate"):
        factory.fulfil(schedules.clock(incident, stage), AT + HOUR)
    second = schedules.clock(incident, "intermediate", occurrence=2)
    assert [change.verb for change in histories.of(second)] == ["clock.opened"]
