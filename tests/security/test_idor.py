"""Ids of what belongs to somebody or something else, put where one's own should stand."""

import base64
from typing import Any, Final
from uuid import uuid4

import pytest

from governance import clock
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_REPORT
from governance.outbox.models import Message
from incidents import correspondence
from incidents.models import Attachment, Clock, Incident, Notice, Submission
from incidents.stages.attaching import Upload
from policies.models import Impact, PolicyVersion
from tests import factory
from tests.incidents import noticing
from tests.incidents.admin.desk import desk
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
#: A link that stands for an account, and what the service is described by, of nobody's incidents.
OPEN: Final = ("<str:token>", "openapi.json", "openapi.yaml", "api/docs/")
NOBODYS: Final = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def other() -> Incident:
    """Another incident with a clock, a notice and a file of its own."""
    at = clock.now()
    incident = factory.submit(factory.breach(at, harms=["privacy"]), at=at)
    stage = factory.deadline(incident, "notify", "initial")
    by = noticing.writer()
    notice = correspondence.draft(stage, by=by, at=at)
    upload = Upload("other.txt", "text/plain", b"of another")
    correspondence.attach(incident, upload, notice=notice, by=by, at=at)
    return incident


def own() -> Incident:
    return Incident.objects.earliest("id")


def attach(incident: Incident, **beside: object) -> Any:
    body = {"name": "a", "content": base64.b64encode(b"a").decode(), **beside}
    return factory.post(walk.tool(), f"incidents/{incident.reference}/attachments", body)


def test_a_file_is_not_put_beside_a_clock_of_another_incident(other: Incident) -> None:
    theirs = Clock.objects.filter(incident=other).earliest("id")
    assert attach(own(), clock=str(theirs.id)).status_code == 404
    assert not theirs.incident.attachments.filter(name="a").exists()


def test_a_file_is_not_put_into_a_notice_of_another_incident(other: Incident) -> None:
    theirs = Notice.objects.get(incident=other)
    assert attach(own(), notice=str(theirs.id)).status_code == 404


def test_that_it_is_anothers_is_not_told_from_that_it_is_not_there(other: Incident) -> None:
    theirs = str(Clock.objects.filter(incident=other).earliest("id").id)
    answers = [attach(own(), clock=each).json()["detail"] for each in (theirs, NOBODYS)]
    assert answers[0].replace(theirs, "") == answers[1].replace(NOBODYS, "")


def test_a_notice_encloses_no_file_of_another_incident(other: Incident) -> None:
    notice = Notice.objects.get(incident=own())
    theirs = Attachment.objects.get(incident=other)
    text = {"revision": 1, "subject": "s", "body": "b", "enclosures": [str(theirs.id)]}
    answer = walk.tool().put(f"/api/v1/notices/{notice.id}/text", text, format="json")
    assert answer.status_code in {404, 422}
    assert str(theirs.id) not in str(notice.revisions.values_list("enclosures", flat=True))


def test_an_approval_rests_on_no_impact_of_another_version() -> None:
    version = PolicyVersion.objects.get(status="in_review")
    theirs = Impact.objects.get()
    Impact.objects.update(versions=[uuid4()])
    body = {"text_digest": version.text_digest, "impact": str(theirs.id)}
    answer = factory.post(walk.session(), f"policies/{version.id}/approval", body)
    assert answer.status_code == 404
    version.refresh_from_db()
    assert version.status == "in_review"


# --- what somebody else sent ----------------------------------------------------------------------


@pytest.fixture
def sent() -> Submission:
    """A rejected report of another tool."""
    factory.post(walk.tool(INCIDENTS_REPORT), "incidents", {"system": "nothing"})
    return Submission.objects.filter(status="rejected").latest("id")


def test_a_reporter_does_not_see_what_another_sent(sent: Submission) -> None:
    stranger = walk.tool(INCIDENTS_REPORT)
    assert factory.get(stranger, f"submissions/{sent.id}").status_code == 404
    assert factory.get(stranger, "submissions").json()["results"] == []


@pytest.mark.parametrize("name", ["actor", "status", "idempotency_key"])
def test_no_filter_shows_a_reporter_what_another_sent(sent: Submission, name: str) -> None:
    stranger = walk.tool(INCIDENTS_REPORT)
    found = factory.get(stranger, "submissions", **{name: str(getattr(sent, name) or "x")})
    assert found.json()["results"] == []


def test_a_reporter_does_not_correct_what_another_sent(sent: Submission) -> None:
    stranger = walk.tool(INCIDENTS_REPORT)
    answer = factory.post(stranger, f"submissions/{sent.id}/correction", factory.report())
    assert answer.status_code == 404
    assert Submission.objects.get(id=sent.id).corrections.count() == 0


def test_who_may_read_incidents_sees_what_anybody_sent(sent: Submission) -> None:
    """The twin."""
    assert factory.get(walk.tool(INCIDENTS_READ), f"submissions/{sent.id}").status_code == 200


def test_the_key_of_a_report_of_another_gives_nothing_away() -> None:
    one, two = walk.tool(INCIDENTS_REPORT), walk.tool(INCIDENTS_REPORT)
    words = factory.report()
    first = factory.post(one, "incidents", words, **{"Idempotency-Key": "shared"})
    second = factory.post(two, "incidents", words, **{"Idempotency-Key": "shared"})
    assert "Idempotency-Replayed" not in second.headers
    assert first.json()["id"] != second.json()["id"]


def test_the_key_of_a_change_of_another_gives_nothing_away() -> None:
    """Whoever guesses it learns neither the answer nor a secret in it."""
    body = {"name": "kept", "url": "https://hooks.example.org/x"}
    headers = {"Idempotency-Key": "shared"}
    first = factory.post(walk.tool(), "webhook-endpoints", body, **headers)
    second = factory.post(walk.tool(), "webhook-endpoints", body, **headers)
    assert (first.status_code, second.status_code) == (201, 409)
    assert first.json()["secret"] not in second.content.decode()


@pytest.mark.parametrize("scope", [INCIDENTS_REPORT])
def test_a_reporter_reaches_nothing_by_its_id(scope: str) -> None:
    """Every address with an object in it, but for what is the reporter's own."""
    caller, seen = walk.tool(scope), {}
    for door in walk.of_the_api():
        needs = getattr(door.view, "needs", {}).get("GET", ())
        if "<" in door.route and scope not in needs and not door.route.endswith("<str:token>"):
            answer = walk.get(caller, door.address)
            if answer.status_code not in {403, 404, 405}:
                seen[door.route] = answer.status_code
    assert seen == {}


def test_nobody_reaches_anything_without_a_key() -> None:
    stranger = walk.tool()
    stranger.credentials()
    seen = {}
    for door in walk.of_the_api():
        for method in ("get", *walk.unsafe(door)):
            answer = stranger.generic(method.upper(), door.address, b"{}", "application/json")
            walk.body(answer)
            if answer.status_code != 401 and not door.route.endswith(OPEN):
                seen[f"{method} {door.route}"] = answer.status_code
    assert seen == {}


def test_a_link_that_was_forged_or_cut_leads_to_nothing() -> None:
    (door,) = [each for each in walk.of_the_api() if each.route.endswith("<str:token>")]
    token = door.address.rpartition("/")[2]
    id_, _, signature = token.partition(":")
    stranger = walk.tool()
    stranger.credentials()
    forged = (
        f"{NOBODYS}:{signature}",
        f"{id_}:",
        id_,
        f"{id_}:{signature[:-1]}",
        f"{id_}:{signature.swapcase()}",
    )
    for each in forged:
        answer = stranger.get(f"/api/v1/shared/{each}")
        assert answer.status_code == 404, each
        assert id_ not in answer.content.decode()


# --- what is withheld -----------------------------------------------------------------------------


def titled() -> Incident:
    """One whose title nobody without the right to personal data is shown."""
    facts = factory.report()
    facts["incident"]["title"] = "Zebedee fell ill"
    return factory.submit(facts, at=clock.now())


@pytest.mark.parametrize("page", ["incident", "duty", "clock", "timer", "notice", "moment"])
def test_who_is_not_shown_a_title_does_not_find_by_it(page: str) -> None:
    """Whoever may ask whether a word stands in it reads it, word by word."""
    titled()
    found = desk("auditor").client.get(f"/incidents/{page}/", {"q": "zebedee"})
    assert list(found.context["cl"].result_list) == []


def test_who_is_shown_a_title_finds_by_it() -> None:
    """The twin."""
    incident = titled()
    found = desk("responder").client.get("/incidents/incident/", {"q": "zebedee"})
    assert [each.id for each in found.context["cl"].result_list] == [incident.id]


def test_who_is_not_shown_an_address_does_not_find_by_it() -> None:
    message = Message.objects.exclude(destination="").earliest("id")
    auditor = walk.tool(INCIDENTS_READ)
    answer = factory.get(auditor, "messages", destination=message.destination)
    assert (answer.status_code, answer.json()["code"]) == (403, "personal-data-withheld")
    listed = desk("auditor").client.get("/outbox/message/", {"q": message.destination})
    assert list(listed.context["cl"].result_list) == []
