"""The parts of the first page: mine, by regime and owner, what nobody knows or has taken on."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from governance.console import tally
from governance.ledger.ledger import Actor
from incidents import flow
from incidents.admin import home_standings
from incidents.models import Clock, Incident
from incidents.stages.fulfilling import Fulfilment
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, text


def parts(who: Desk) -> dict[str, Any]:
    """What the page was given."""
    answer: Any = who.client.get("/")
    (found,) = [each for each in answer.context if "picture" in each][:1]
    return {name: found[name] for name in ("tasks", "picture", "unseen", "questions", "engine")}


def running(incident: Incident) -> Clock:
    return factory.deadline(incident, "notify", "initial")


def fulfil(clock: Clock, at: datetime) -> None:
    sent = Fulfilment(submitted_at=at, channel="portal", sent_to="Authority")
    flow.fulfil(clock, sent, by=factory.PERSON, at=at)


# --- mine ----------------------------------------------------------------------------------------


def test_deadlines_of_my_role_wait_for_me(incident: Incident) -> None:
    lawyer = desk("legal-counsel")
    task = next(each for each in parts(lawyer)["tasks"] if each.text.startswith("Deadlines"))
    assert (task.text, task.count) == ("Deadlines of: Legal counsel", 1)
    assert "in 6 h" in task.first


def test_deadlines_of_another_role_do_not(incident: Incident) -> None:
    assert not [each for each in parts(desk("responder"))["tasks"] if "Deadlines" in each.text]


def test_incidents_that_i_lead_lead_to_them(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    flow.acknowledge(incident, by=Actor("user", str(officer.user.id)), at=now)
    factory.submit(factory.breach(now), at=now)
    task = next(each for each in parts(officer)["tasks"] if "lead" in each.text)
    shown = rows(officer.client.get(task.url))
    assert task.count == 1
    assert [each.reference for each in shown] == [incident.reference]


def test_who_has_nothing_to_do_reads_that(now: datetime) -> None:
    assert "Nothing waits for you." in text(desk("executive").client.get("/"))


# --- by regime and owner -------------------------------------------------------------------------


def test_each_number_leads_to_just_those_deadlines(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    other = factory.submit(factory.breach(now - factory.HOUR), at=now)
    fulfil(running(other), now)
    picture = parts(officer)["picture"]
    every = [
        *picture.totals,
        *(n for line in [*picture.regimes, *picture.owners] for n in line.numbers),
    ]
    counted = [each for each in every if each.count]
    assert {each.standing.value for each in counted} >= {"running", "not_started", "met"}
    for each in counted:
        assert len(rows(officer.client.get(each.url))) == each.count, each.url


def test_shadow_deadlines_are_nobodys(incident: Incident, officer: Desk) -> None:
    whole = sum(each.count for each in parts(officer)["picture"].totals)
    assert whole == incident.clocks.filter(duty__shadow=False).count()
    assert incident.clocks.filter(duty__shadow=True).exists()


def test_the_worst_comes_first() -> None:
    def line(title: str, *counts: int) -> home_standings.Line:
        found = zip(home_standings.OPEN, counts, strict=False)
        numbers_ = [home_standings.Number(each, count, "", "plain") for each, count in found]
        return home_standings.Line(title, numbers_)

    calm, late, risky = line("a", 0, 0, 9), line("b", 1, 0, 0), line("c", 0, 2, 0)
    ordered = sorted([calm, late, risky], key=lambda each: each.urgent)
    assert [each.title for each in ordered] == ["b", "c", "a"]


def test_what_was_met_long_ago_is_not_counted(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    clock = running(incident)
    fulfil(clock, now)
    Clock.objects.filter(id=clock.id).update(fulfilled_at=now - timedelta(days=31))
    met = next(each for each in parts(officer)["picture"].totals if each.standing == "met")
    assert met.count == 0


def test_what_is_late_when_it_is_sent_is_met_late(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    clock = running(incident)
    fulfil(clock, now)
    early = {"conservative_due": now - 3 * factory.MINUTE, "target_due": None}
    Clock.objects.filter(id=clock.id).update(legal_due=now - 2 * factory.MINUTE, **early)
    assert numbers_of(parts(officer)["picture"])["met_late"] == 1


def test_of_very_many_it_says_that_there_are_more(
    incident: Incident, officer: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MANY", 1)
    waiting = next(
        each for each in parts(officer)["picture"].totals if each.standing == "not_started"
    )
    assert (waiting.shown, waiting.more) == ("1+", True)


def numbers_of(picture: home_standings.Picture) -> dict[str, int]:
    return {each.standing.value: each.count for each in picture.totals}


# --- what nobody knows, or has taken on ----------------------------------------------------------


def test_duties_that_wait_for_one_fact_are_one_question(officer: Desk, now: datetime) -> None:
    asked = factory.report(personal_data={"breach": True}, harms=["privacy"])
    first, second = (factory.submit(asked, at=now) for _ in range(2))
    (question, *_) = parts(officer)["questions"].asked
    assert (question.path, question.duties, question.count) == ("personal_data.risk", 2, 2)
    shown = rows(officer.client.get(question.url))
    assert {each.incident_id for each in shown} == {first.id, second.id}


def test_of_another_fact_the_link_shows_none(officer: Desk, now: datetime) -> None:
    factory.submit(factory.report(personal_data={"breach": True}, harms=["privacy"]), at=now)
    (question, *_) = parts(officer)["questions"].asked
    url = question.url.replace("personal_data.risk", "impact.people_affected")
    assert url != question.url
    assert not rows(officer.client.get(url))


def test_an_incident_that_nobody_has_counts_down_to_its_next_step(
    incident: Incident, officer: Desk
) -> None:
    (unseen,) = parts(officer)["unseen"]
    assert incident.reference in unseen.incident
    assert 'data-left="' in str(unseen.next)


def test_one_that_somebody_has_is_not_among_them(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    flow.acknowledge(incident, by=factory.PERSON, at=now)
    assert parts(officer)["unseen"] == []


# --- the whole -----------------------------------------------------------------------------------


def test_the_first_steps_are_shown_while_there_is_nothing(officer: Desk, now: datetime) -> None:
    shown = text(officer.client.get("/"))
    assert "/api/v1/incidents" in shown
    assert "Make an API key" in shown


def test_an_engine_that_stands_still_is_unfolded(officer: Desk, now: datetime) -> None:
    assert not parts(officer)["engine"].well


def test_the_page_takes_few_queries(
    incident: Incident, officer: Desk, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        factory.submit(factory.report(personal_data={"breach": True}), at=now)
    officer.client.get("/")  # the first look of the hour is put on record
    with django_assert_max_num_queries(30) as found:
        officer.client.get("/")
    assert len(found) > 10


@pytest.mark.parametrize("query", ["met=30", "met=nonsense", "standing=due"])
def test_the_filters_of_the_board_open(incident: Incident, officer: Desk, query: str) -> None:
    wanted = parse_qs(urlsplit(f"?{query}").query)
    answer = officer.list("incidents_clock", **{name: each[0] for name, each in wanted.items()})
    assert answer.status_code == 200
