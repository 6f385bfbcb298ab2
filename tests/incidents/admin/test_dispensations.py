"""Delays, pauses and waivers in the console: asked for on a page, decided on another."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents.models import Clock, Dispensation, Incident
from tests import factory
from tests.factory import HOUR
from tests.incidents.admin.desk import Desk, desk, field, rows, said, text
from tests.incidents.admin.test_home import cards

ROWS = "incidents_dispensation"
CLOCKS = "incidents_clock"
DUTIES = "incidents_duty"


@pytest.fixture
def clock(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "initial")


@pytest.fixture
def responder(now: datetime) -> Desk:
    return desk("responder")


def ask(who: Desk, clock: Clock, kind: str, now: datetime, **given: Any) -> Dispensation:
    until = field(now + timedelta(days=2))
    body = {"ground": "Art. 9", "reason": "The police.", "until": until, **given}
    assert who.act(CLOCKS, clock.id, kind, **body).status_code == 302
    return Dispensation.objects.latest("id")


@pytest.mark.parametrize("kind", ["delay", "pause"])
def test_a_responder_asks_for_it_on_the_page_of_the_deadline(
    clock: Clock, responder: Desk, now: datetime, kind: str
) -> None:
    row = ask(responder, clock, kind, now, evidence="Letter 17")
    assert (row.kind, row.state, row.requested_by, row.evidence) == (
        kind,
        "requested",
        responder.actor,
        "Letter 17",
    )


def test_the_action_says_what_will_happen(clock: Clock, responder: Desk) -> None:
    found = text(responder.page(CLOCKS, clock.id))
    assert "both dates become the later of" in found
    assert "the clock stands still and is silent until the end" in found


def test_what_could_not_be_granted_is_refused_and_the_form_kept(
    clock: Clock, responder: Desk
) -> None:
    answer = responder.act(CLOCKS, clock.id, "pause", ground="Art. 9", reason="The police.")
    assert answer.status_code == 422
    assert "`until` or `review_at`" in said(answer)[0]
    assert "The police." in text(answer)


def test_a_waiver_is_asked_for_on_the_page_of_the_duty(clock: Clock, responder: Desk) -> None:
    given = {"ground": "Art. 34(3)", "reason": "Encrypted."}
    assert responder.act(DUTIES, clock.duty_id, "waiver", **given).status_code == 302
    assert Dispensation.objects.get().kind == "waiver"


def test_who_asked_is_not_offered_the_decision(clock: Clock, officer: Desk, now: datetime) -> None:
    row = ask(officer, clock, "delay", now)
    found = text(officer.page(ROWS, row.id))
    assert "somebody else decides" in found
    assert 'id="action-approve"' not in found
    assert 'id="action-withdraw"' in found


def test_nor_can_they_post_it(clock: Clock, officer: Desk, now: datetime) -> None:
    row = ask(officer, clock, "delay", now)
    officer.act(ROWS, row.id, "approve", note="")
    row.refresh_from_db()
    assert row.state == "requested"


def test_a_responder_decides_nothing(clock: Clock, responder: Desk, now: datetime) -> None:
    row = factory.ask(clock, "delay", at=now, until=now + 9 * HOUR)
    assert responder.act(ROWS, row.id, "approve", note="").status_code == 403


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("refuse", "refused")])
def test_an_officer_decides(
    clock: Clock, officer: Desk, now: datetime, action: str, state: str
) -> None:
    row = factory.ask(clock, "delay", at=now, until=now + 9 * HOUR)
    assert officer.act(ROWS, row.id, action, note="Seen.").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.note) == (state, officer.actor, "Seen.")


def test_a_responder_ends_it(clock: Clock, responder: Desk, now: datetime) -> None:
    row = factory.grant(clock, "delay", at=now, until=now + 9 * HOUR)
    assert responder.act(ROWS, row.id, "end", reason="They agree.").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.ended_because) == ("ended", "They agree.")


def test_home_counts_what_waits_for_the_viewer(
    clock: Clock, officer: Desk, responder: Desk, now: datetime
) -> None:
    ask(officer, clock, "delay", now)
    ask(responder, clock, "pause", now)
    assert cards(officer)["Requests to approve"] == 1
    assert "Requests to approve" not in cards(responder)


def test_its_list_shows_the_same(
    clock: Clock, officer: Desk, responder: Desk, now: datetime
) -> None:
    ask(officer, clock, "delay", now)
    other = ask(responder, clock, "pause", now)
    assert [row.id for row in rows(officer.list(ROWS, waiting="mine"))] == [other.id]
    assert list(rows(responder.list(ROWS, waiting="mine"))) == []


def test_an_empty_list_says_where_they_begin(incident: Incident, officer: Desk) -> None:
    assert "They begin as requests on the page of a deadline" in text(officer.list(ROWS))


def test_its_queries_do_not_grow_with_its_rows(
    incident: Incident, officer: Desk, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for clock in incident.clocks.filter(duty__shadow=False).select_related("duty", "incident"):
        factory.ask(clock, "delay", at=now, until=now + 9 * HOUR)
        factory.ask(clock, "pause", at=now, until=now + 9 * HOUR)
    officer.list(ROWS)  # the first look of the hour is put on record
    with django_assert_max_num_queries(10):
        assert len(list(rows(officer.list(ROWS)))) >= 6


def test_the_page_of_the_deadline_shows_ground_and_approval(
    clock: Clock, officer: Desk, now: datetime
) -> None:
    factory.grant(clock, "pause", at=now, until=now + 9 * HOUR)
    found = text(officer.page(CLOCKS, clock.id))
    for each in ("Paused", "Art. 9", "by approver", "by asker", "Runs on at the latest"):
        assert each in found
    assert "Counted, legal end" in found


def test_a_reporter_sees_none(incident: Incident) -> None:
    assert desk("reporter").list(ROWS).status_code == 403
