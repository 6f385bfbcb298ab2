"""Lists are searched by words, over the API and in the console by one function: what is found, by
whom, and through which index."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from governance import clock, words
from governance.accounts import keys, teams
from governance.accounts.models import Team
from governance.ledger import ledger
from governance.ledger.commitments import ERASED
from incidents import searching
from incidents.models import Incident
from tests import factory
from tests.described import Described
from tests.incidents.admin.desk import desk, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(db: None) -> Incident:
    at = clock.now()
    factory.install(at - timedelta(days=60))
    factory.submit(factory.report(system="chat-bot"), at=at)
    facts = factory.breach(at - factory.HOUR)
    facts["incident"] = {"title": "Müller’s late-night answers", "narrative": "Wrong."}
    return factory.submit(facts, at=at)


def found(text: str, path: str = "incidents", *scopes: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = factory.get(factory.client(*scopes), path, search=text).json()[
        "results"
    ]
    return listed


@pytest.mark.parametrize(
    "text",
    [
        "answers",
        "ANSWERS",
        "answ",
        "müller",
        "müller s",
        "late-night",
        "night late",
        "answers triage",
        "  answers  late ",
        "'answers'",
    ],
)
def test_every_word_is_found_from_its_beginning(incident: Incident, text: str) -> None:
    assert [row["reference"] for row in found(text)] == [incident.reference]


@pytest.mark.parametrize(
    "text",
    [
        "wers",
        "answers wrong",
        "answers chat-bot",
        "---",
        "' | '",
        "!",
        "\\",
        "a" * 90,
    ],
)
def test_what_has_not_every_word_is_not_found(incident: Incident, text: str) -> None:
    assert found(text) == []


def test_a_reference_finds_its_incident(incident: Incident) -> None:
    assert [row["reference"] for row in found(incident.reference.lower())] == [incident.reference]


def test_the_beginning_of_a_reference_finds_all_that_begin_so(incident: Incident) -> None:
    assert len(found(incident.reference[:9])) == 2


def test_other_filters_hold_too(incident: Incident) -> None:
    listed = factory.get(factory.client(), "incidents", search="answers", state="closed").json()
    assert listed["results"] == []


@pytest.mark.parametrize("path", ["duties", "clocks", "timers"])
def test_what_belongs_to_an_incident_is_found_by_its_words(incident: Incident, path: str) -> None:
    named = {row["incident"] for row in found("answers", path)}
    assert named == {incident.reference}


@pytest.mark.parametrize("by", ["reference", "id", "actor"])
def test_a_submission_is_found_by_what_it_is_named_by(incident: Incident, by: str) -> None:
    sent = incident.submissions.get()
    text = {"reference": incident.reference.lower(), "id": str(sent.id), "actor": sent.actor}[by]
    assert str(sent.id) in {row["id"] for row in found(text, "submissions")}


def test_a_message_is_found_by_its_incident_and_by_words(incident: Incident) -> None:
    by_reference = found(incident.reference, "messages")
    assert by_reference
    words_ = by_reference[0]["subject"].split()[0]
    assert by_reference[0]["id"] in {row["id"] for row in found(words_, "messages")}


def test_an_entry_is_found_by_the_whole_id_of_its_object(incident: Incident) -> None:
    listed = found(str(incident.id), "ledger/entries")
    assert listed
    assert found(str(incident.id)[:-1], "ledger/entries") == []


def test_a_policy_is_found_by_a_part_of_its_text(incident: Incident) -> None:
    assert {row["name"] for row in found("breach obligation", "policies")} == {"breach"}


def test_a_title_is_not_searched_for_who_may_not_read_it(incident: Incident) -> None:
    assert found("answers", "incidents", "incidents:read") == []
    assert found("answers", "clocks", "incidents:read") == []
    assert len(found("triage", "incidents", "incidents:read")) == 1


def test_a_subject_is_not_searched_for_who_may_not_read_it(incident: Incident) -> None:
    subject = found(incident.reference, "messages")[0]["subject"].split()[0]
    assert found(subject, "messages", "incidents:read") == []


def test_nobody_finds_what_is_another_team_s(incident: Incident) -> None:
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    team = teams.give(teams.make("Chat", **by), ["chat-bot"], **by)
    assert [row["system"] for row in _listed_by(team, "answers triage wrong")] == []
    assert [row["system"] for row in _listed_by(team, "wrong")] == ["chat-bot"]


def _listed_by(team: Team, text: str) -> list[dict[str, Any]]:
    at = clock.now()
    _, plain = keys.mint(
        name="of a team",
        scopes=["incidents:read", "personal:read"],
        by=ledger.system("test"),
        expires_at=at + factory.HOUR,
        at=at,
        team=team,
    )
    caller = Described()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    listed: list[dict[str, Any]] = factory.get(caller, "incidents", search=text).json()["results"]
    return listed


def test_an_erased_title_is_found_no_more(incident: Incident) -> None:
    Incident.objects.filter(id=incident.id).update(title=ERASED)
    assert found("answers") == []


def test_too_long_a_search_is_refused(incident: Incident) -> None:
    answer = factory.get(factory.client(), "incidents", search="a" * 201)
    assert (answer.status_code, answer.json()["code"]) == (422, "search-too-long")


def test_a_list_without_words_takes_no_search(incident: Incident) -> None:
    answer = factory.get(factory.client(), "ledger/verifications", search="a")
    assert answer.status_code == 422


@pytest.mark.parametrize("with_titles", [True, False])
def test_words_are_looked_up_in_an_index(incident: Incident, with_titles: bool) -> None:
    more = ("title",) if with_titles else ()
    wanted = words.having("answers", *searching.INCIDENTS.columns, *more)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Incident.objects.filter(wanted).order_by().explain()
    assert f"incident_words{'_with_title' if with_titles else ''}\n" in plan.replace("  (", "\n")


@pytest.mark.parametrize("text", ["answers", "late-night", "wers", "", "müller s triage"])
@pytest.mark.parametrize("model", ["incidents_incident", "incidents_clock", "incidents_duty"])
def test_the_console_finds_what_the_api_finds(incident: Incident, model: str, text: str) -> None:
    path = {"incidents_incident": "incidents", "incidents_clock": "clocks"}.get(model, "duties")
    query = {"q": text} if text else {}
    listed = desk("compliance-officer", "personal-data-reader").list(model, **query)
    over_the_api = found(text, path) if text else _all(path)
    assert {str(row.id) for row in rows(listed)} == {row["id"] for row in over_the_api}


def _all(path: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = factory.get(factory.client(), path).json()["results"]
    return listed
