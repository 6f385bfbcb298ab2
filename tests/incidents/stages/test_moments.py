"""Moments start clocks and move them; corrections are kept."""

from datetime import datetime

import pytest

from governance.errors import Invalid
from tests import factory
from tests.factory import AT, HOUR, amend, deadline, duty, pending, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


def test_a_moment_starts_the_clock_that_waits_for_it() -> None:
    incident = factory.submit(factory.breach(aware=None))
    assert deadline(incident, "notify", "initial").waits_for == ["aware"]
    record(incident, "aware", AT)
    clock = deadline(incident, "notify", "initial")
    assert (clock.state, clock.legal_due, clock.waits_for) == ("running", AT + 8 * HOUR, [])
    assert ("overdue", "1") in pending(clock)


def test_a_corrected_moment_moves_the_clock_and_sets_its_timers_anew() -> None:
    incident = factory.submit(factory.breach())
    record(incident, "aware", AT - HOUR)
    clock = deadline(incident, "notify", "initial")
    assert clock.legal_due == AT + 7 * HOUR
    overdue = clock.timers.filter(kind="overdue").values_list("state", "due_at")
    assert sorted(overdue) == [("cancelled", AT + 8 * HOUR), ("pending", AT + 7 * HOUR)]


def test_a_moment_corrected_back_and_forth_keeps_its_timers() -> None:
    incident = factory.submit(factory.breach())
    before = pending(deadline(incident, "notify", "initial"))
    record(incident, "aware", AT - HOUR)
    record(incident, "aware", AT)
    assert pending(deadline(incident, "notify", "initial")) == before


def test_a_correction_outlives_an_amendment_of_something_else() -> None:
    incident = factory.submit(factory.breach())
    record(incident, "aware", AT - HOUR)
    amend(incident, impact={"people_affected": 3})
    assert deadline(incident, "notify", "initial").started_at == AT - HOUR


def test_an_amendment_may_correct_a_moment_too() -> None:
    incident = factory.submit(factory.breach())
    amend(incident, moments={"aware": factory.iso(AT - HOUR)})
    assert deadline(incident, "notify", "initial").started_at == AT - HOUR


def test_every_correction_is_kept() -> None:
    incident = factory.submit(factory.breach())
    record(incident, "aware", AT - HOUR)
    assert list(incident.moments.values_list("at", flat=True)) == [AT, AT - HOUR]


def test_a_recorded_moment_is_a_fact_for_conditions() -> None:
    limits = """limits:
            - {from: aware, hours: 8, counting: elapsed}
            - from: aware
              hours: 2
              counting: elapsed
              when: {moments.classified: {known: true}}"""
    text = factory.text(
        "breach",
        ("limits: [{from: aware, hours: 8, counting: elapsed}]", limits),
        ("1.0.0", "2.0.0"),
    )
    factory.install(at=AT, breach=text)
    incident = factory.submit(factory.breach())
    assert deadline(incident, "notify", "initial").legal_due == AT + 8 * HOUR
    record(incident, "classified", AT)
    assert deadline(incident, "notify", "initial").legal_due == AT + 2 * HOUR


def test_a_recorded_moment_may_open_a_duty() -> None:
    condition = "when: {moments.classified: {known: true}}"
    text = factory.text(
        "breach", ("when: {not: {personal_data.risk: unlikely}}", condition), ("1.0.0", "2.0.0")
    )
    factory.install(at=AT, breach=text)
    incident = factory.submit(factory.breach())
    assert duty(incident, "notify").state == "not_applicable"
    record(incident, "classified", AT)
    assert duty(incident, "notify").state == "open"


def test_the_same_moment_again_moves_nothing() -> None:
    incident = factory.submit(factory.breach())
    record(incident, "aware", AT)
    assert "clock.counted" not in factory.verbs(incident)


@pytest.mark.parametrize(
    ("name", "instant", "words"),
    [("awake", AT, "Did you mean 'aware'"), ("aware", AT + 9 * HOUR, "lies in the future")],
)
def test_a_moment_that_makes_no_sense_is_refused(name: str, instant: datetime, words: str) -> None:
    incident = factory.submit(factory.breach())
    with pytest.raises(Invalid, match=words):
        record(incident, name, instant)
    assert incident.moments.count() == 1
