"""Every action goes through the flow and leaves its entry under the person's name."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from governance import clock
from governance.ledger.models import Entry
from incidents import flow
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, field, said, text

INCIDENTS = "incidents_incident"


def by(verb: str) -> str:
    return Entry.objects.get(verb=verb).actor


def test_acknowledging(incident: Incident, officer: Desk) -> None:
    assert officer.act(INCIDENTS, incident.id, "acknowledge").status_code == 302
    incident.refresh_from_db()
    assert incident.acknowledged_by == officer.actor
    assert by("incident.acknowledged") == officer.actor


def test_acknowledging_twice_says_so(incident: Incident, officer: Desk, now: datetime) -> None:
    flow.acknowledge(incident, by=factory.PERSON, at=now)
    answer = officer.act(INCIDENTS, incident.id, "acknowledge")
    assert "no longer possible" in said(answer)[0]


def test_recording_a_moment(incident: Incident, officer: Desk, now: datetime) -> None:
    at = (now - factory.MINUTE).replace(microsecond=0)
    given = {"moment": "information", "happened_at": field(at), "basis": "A mail came."}
    assert officer.act(INCIDENTS, incident.id, "moment", **given).status_code == 302
    moment = incident.moments.get(name="information")
    recorded = (moment.at, moment.basis, moment.recorded_by)
    assert recorded == (at, "A mail came.", officer.actor)


def test_moments_with_one_title_are_told_apart(db: None) -> None:
    """In what is offered, in what is said of it, and where records are narrowed to one."""
    now = clock.now()
    same = factory.text("taxonomy", ("title: It was resolved", "title: It happened"))
    factory.install(now - timedelta(days=60), taxonomy=same)
    incident = factory.submit(factory.breach(now - factory.HOUR), at=now - factory.MINUTE)
    officer = desk("compliance-officer")

    page = text(officer.page(INCIDENTS, incident.id))
    assert '<option value="occurred">It happened (occurred)</option>' in page
    assert '<option value="resolved">It happened (resolved)</option>' in page
    given = {"happened_at": field(now - factory.MINUTE), "basis": "A mail came."}
    answer = officer.act(INCIDENTS, incident.id, "moment", moment="resolved", **given)
    assert "It happened (resolved) at" in said(answer)[0]
    assert "It happened (occurred)" in text(officer.list("incidents_moment"))


def test_a_moment_of_no_policy_is_refused(incident: Incident, officer: Desk, now: datetime) -> None:
    given = {"moment": "lunch", "happened_at": field(now), "basis": "x"}
    answer = officer.act(INCIDENTS, incident.id, "moment", **given)
    assert answer.status_code == 422
    assert "lunch is not one of the available choices" in text(answer)


def test_a_moment_to_come_is_refused_by_the_flow(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    later = field(now + factory.HOUR)
    given = {"moment": "information", "happened_at": later, "basis": "x"}
    answer = officer.act(INCIDENTS, incident.id, "moment", **given)
    assert "lies in the future" in said(answer)[0]


def test_correcting_facts_decides_again(incident: Incident, officer: Desk) -> None:
    given = {"facts": '{"harms": ["death"]}', "reason": "The hospital called."}
    assert officer.act(INCIDENTS, incident.id, "amend", **given).status_code == 302
    incident.refresh_from_db()
    assert incident.severity == "SEV1"
    assert by("incident.amended") == officer.actor


def test_facts_that_do_not_fit_list_every_error_and_keep_the_text(
    incident: Incident, officer: Desk
) -> None:
    given = {"facts": '{"harms": ["deth"], "impct": {}}', "reason": "typo"}
    answer = officer.act(INCIDENTS, incident.id, "amend", **given)
    assert answer.status_code == 422
    (message,) = said(answer)
    assert "/harms/0" in message
    assert "/impct" in message
    assert '"deth"' in text(answer)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ("{", "Not JSON"),
        ("[]", "Give a JSON object"),
        ("{}", "Give a JSON object"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "NaN is not a number"),
    ],
)
def test_a_patch_that_is_none_is_refused(
    incident: Incident, officer: Desk, facts: str, why: str
) -> None:
    answer = officer.act(INCIDENTS, incident.id, "amend", facts=facts, reason="x")
    assert answer.status_code == 422
    assert why in text(answer)


def test_a_change_needs_a_reason(incident: Incident, officer: Desk) -> None:
    assert officer.act(INCIDENTS, incident.id, "contain").status_code == 422


@pytest.mark.parametrize(
    ("action", "state", "verb"),
    [
        ("contain", "contained", "incident.contained"),
        ("resolve", "resolved", "incident.resolved"),
    ],
)
def test_moving_on(incident: Incident, officer: Desk, action: str, state: str, verb: str) -> None:
    assert officer.act(INCIDENTS, incident.id, action, reason="Done.").status_code == 302
    incident.refresh_from_db()
    assert incident.state == state
    assert by(verb) == officer.actor


def test_reopening(incident: Incident, officer: Desk, now: datetime) -> None:
    to = Incident.State.RESOLVED
    flow.change_state(incident, to, reason="x", by=factory.PERSON, at=now)
    officer.act(INCIDENTS, incident.id, "reopen", reason="It came back.")
    incident.refresh_from_db()
    assert incident.state == "open"


def test_closing_with_open_duties_says_why_not(incident: Incident, officer: Desk) -> None:
    answer = officer.act(INCIDENTS, incident.id, "close", reason="Enough.")
    assert answer.status_code == 409
    assert "open duties or questions" in said(answer)[0]


def test_closing_what_owes_nothing(now: datetime, officer: Desk) -> None:
    incident = factory.submit(factory.report(personal_data={"breach": False}), at=now)
    incident.duties.filter(shadow=False).update(state="fulfilled", confirmation="")
    assert officer.act(INCIDENTS, incident.id, "close", reason="Over.").status_code == 302
    incident.refresh_from_db()
    assert incident.state == "closed"


def offered(page: HttpResponse) -> list[str]:
    return re.findall(r'name="action" value="([a-z_]+)"', text(page))


def test_a_closed_incident_offers_packages_alone(now: datetime, officer: Desk) -> None:
    incident = factory.submit(factory.report(personal_data={"breach": False}), at=now)
    incident.duties.filter(shadow=False).update(state="fulfilled", confirmation="")
    officer.act(INCIDENTS, incident.id, "close", reason="Over.")
    assert offered(officer.page(INCIDENTS, incident.id)) == ["package", "shorten"]


ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}),
    ("moment", {"moment": "information", "basis": "x"}),
    ("amend", {"facts": "{}", "reason": "x"}),
    ("contain", {"reason": "x"}),
    ("close", {"reason": "x"}),
    ("explode", {}),
]


@pytest.mark.parametrize(("action", "given"), ACTIONS)
def test_an_auditor_may_do_nothing(incident: Incident, action: str, given: dict[str, Any]) -> None:
    answer = desk("auditor").act(INCIDENTS, incident.id, action, **given)
    assert answer.status_code == 403


def test_an_auditor_is_offered_packages_alone(incident: Incident) -> None:
    assert offered(desk("auditor").page(INCIDENTS, incident.id)) == ["package", "shorten"]


def test_a_post_without_its_token_is_refused(incident: Incident, officer: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer.user)
    path = f"/incidents/incident/{incident.id}/change/"
    assert client.post(path, {"action": "acknowledge"}).status_code == 403
