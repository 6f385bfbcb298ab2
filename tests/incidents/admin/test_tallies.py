"""The cards and the strip of the board count up to a thousand, and say so of more."""

from datetime import datetime

import pytest

from governance.console import tally
from incidents.admin import home_tallies, standings
from incidents.admin.home_tallies import Ask
from incidents.models import Clock
from incidents.states import Standing
from tests import factory
from tests.incidents.admin.desk import Desk, text


def test_a_tally_is_exact_up_to_its_end(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        factory.submit(factory.breach(now - factory.HOUR), at=now)
    exact = Clock.objects.count()
    assert tally.shown(tally.tally(Clock.objects.all())) == str(exact)
    monkeypatch.setattr(tally, "MANY", exact - 1)
    assert tally.shown(tally.tally(Clock.objects.all())) == f"{exact - 1}+"


def test_running_ones_are_counted_with_those_that_have_no_number(now: datetime) -> None:
    factory.submit(factory.breach(now - factory.HOUR), at=now)
    running = Clock.objects.filter(state=Clock.State.RUNNING, duty__shadow=False)
    before = standings.counts(at=now)[Standing.RUNNING]
    assert before == running.count() > 0
    running.filter(id=running.earliest("id").id).update(
        legal_due=None, conservative_due=None, at_risk_from=None
    )
    assert standings.counts(at=now)[Standing.RUNNING] == before


def test_the_board_and_the_home_page_show_it(
    now: datetime, officer: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        factory.submit(factory.breach(now - factory.HOUR), at=now)
    monkeypatch.setattr(tally, "MANY", 2)
    assert "<strong>2+</strong> Running" in text(officer.list("incidents_clock"))
    assert "<strong>2+</strong><span>Running" in text(officer.client.get("/"))


def test_two_tasks_that_a_language_calls_the_same_are_counted_apart(now: datetime) -> None:
    factory.submit(factory.breach(now - factory.HOUR), at=now)
    rows = Clock.objects.all()
    asks = [
        Ask(name, "To do", rows.filter(state=name), "incidents_clock", "", "warn")
        for name in ("running", "not_started", "paused")
    ]
    counts = [card.count for card in home_tallies.cards(asks, home_tallies.of(asks))]
    assert counts == [each.rows.count() for each in asks]
    assert counts[0] != counts[1] != counts[2]
