"""Keys and people of teams: what they reach of incidents, and what they are told of the rest."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys, roles, teams
from governance.accounts.models import Team, User
from governance.ledger.ledger import system
from incidents.models import Incident, Submission
from tests import factory

pytestmark = pytest.mark.django_db
SCOPES = sorted(roles.OF_SYSTEMS)


@pytest.fixture
def incident() -> Incident:
    """Of the system `triage`."""
    factory.install()
    return factory.submit(factory.breach())


def team(owns: str) -> Team:
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    return teams.give(teams.make(f"Team of {owns}", **by), [owns], **by)


def tool(owner: Team, *scopes: str) -> APIClient:
    at = clock.now()
    made = {"by": system("test"), "expires_at": at + factory.HOUR, "at": at, "team": owner}
    _, plain = keys.mint(name="tool", scopes=scopes or SCOPES, **made)  # type: ignore[arg-type]
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return caller


def mixed(incident: Incident) -> APIClient:
    """A reader of everything who responds for another system only."""
    user = User.objects.get(id=factory.person("kim", "executive").id)
    teams.appoint(team("chat-bot"), user, ["responder"], by=factory.PERSON, at=clock.now())
    caller = APIClient()
    caller.force_authenticate(User.objects.get(id=user.id))
    return caller


def test_what_may_be_read_and_not_changed_is_403(incident: Incident) -> None:
    answer = factory.post(mixed(incident), f"incidents/{incident.reference}/acknowledgement", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_and_it_is_read(incident: Incident) -> None:
    answer = factory.get(mixed(incident), f"incidents/{incident.reference}")
    assert answer.status_code == 200


def test_what_is_not_seen_is_answered_as_what_is_not_there(incident: Incident) -> None:
    caller = tool(team("chat-bot"))
    foreign = factory.get(caller, f"incidents/{incident.reference}")
    nothing = factory.get(caller, "incidents/INC-2026-999999")
    assert (foreign.status_code, nothing.status_code) == (404, 404)
    told, known = foreign.json()["detail"], nothing.json()["detail"]
    assert told.replace(incident.reference, "?") == known.replace("INC-2026-999999", "?")


def test_a_list_has_what_is_of_the_own_systems(incident: Incident) -> None:
    other = factory.submit(factory.breach(system="chat-bot"))
    listed = factory.get(tool(team("chat-bot")), "incidents").json()["results"]
    assert [each["reference"] for each in listed] == [other.reference]


def test_counts_are_of_the_own_systems(incident: Incident) -> None:
    factory.submit(factory.breach(system="chat-bot"))
    assert factory.get(tool(team("chat-bot")), "statistics").json()["incidents"] == 1


def test_a_report_of_the_own_system_is_taken(incident: Incident) -> None:
    caller = tool(team("triage"), roles.INCIDENTS_REPORT)
    assert factory.post(caller, "incidents", factory.breach()).status_code == 201


def test_a_report_of_another_system_is_kept_and_refused(incident: Incident) -> None:
    caller = tool(team("chat-bot"), roles.INCIDENTS_REPORT)
    answer = factory.post(caller, "incidents", factory.breach())
    assert (answer.status_code, answer.json()["code"]) == (403, "system-out-of-reach")
    kept = Submission.objects.get(id=answer.json()["submission"])
    assert (kept.status, kept.incident) == (Submission.Status.REJECTED, None)


def test_its_sender_sees_it_still(incident: Incident) -> None:
    caller = tool(team("chat-bot"), roles.INCIDENTS_REPORT)
    sent = factory.post(caller, "incidents", factory.breach()).json()["submission"]
    assert factory.get(caller, f"submissions/{sent}").json()["body"]["system"] == "triage"


def test_an_incident_is_not_moved_to_where_one_sees_nothing(incident: Incident) -> None:
    caller = tool(team("triage"))
    body = {"facts": {"system": "chat-bot"}, "reason": "It was the other."}
    answer = factory.post(caller, f"incidents/{incident.reference}/amendments", body)
    assert answer.status_code == 403
    incident.refresh_from_db()
    assert incident.system == "triage"


def test_a_package_of_a_period_belongs_to_no_team(incident: Incident) -> None:
    body = {"kind": "period", "since": "2026-01-01T00:00:00Z", "until": "2026-12-31T00:00:00Z"}
    assert factory.post(tool(team("triage")), "exports", body).status_code == 403


def test_a_team_decides_for_its_system_and_no_other(incident: Incident) -> None:
    asked = factory.ask(factory.deadline(incident, "notify", "initial"), "delay")
    answers = []
    for owns in ("chat-bot", "triage"):
        user = User.objects.get(id=factory.person(f"counsel-{owns}").id)
        teams.appoint(team(owns), user, ["legal-counsel"], by=factory.PERSON, at=clock.now())
        caller = APIClient()
        caller.force_authenticate(User.objects.get(id=user.id))
        answers.append(factory.post(caller, f"dispensations/{asked.id}/refusal", {}).status_code)
    assert answers == [404, 200]


def test_a_team_that_lost_the_system_sees_nothing_of_it(incident: Incident) -> None:
    owner = team("triage")
    teams.take(owner, ["triage"], by=factory.PERSON, at=clock.now())
    answer = factory.get(tool(owner), f"incidents/{incident.reference}")
    assert answer.status_code in {403, 404}
