"""What a caller of another team sees, through every door that there is: nothing.

The doors are read from the addresses of the service, as `doors` does. In the house, all that
is borne by an incident is of the system `triage`. The callers hold every role, within a team that
owns another system; their twins hold the same within the team that owns this one.
"""

from collections.abc import Iterable
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys, roles, teams
from governance.accounts.models import Team, User
from governance.ledger.ledger import system
from incidents.models import Incident
from tests import factory
from tests.flows.doors import UNSAFE, Door, acts, doors, state
from tests.incidents.admin.desk import Desk, person

pytestmark = pytest.mark.django_db
FOREIGN, OWN = "chat-bot", "triage"
SCOPES: Final = sorted(roles.OF_SYSTEMS | roles.COMMON)
#: Whoever has the link needs no account at all.
LINKS: Final = "api/v1/shared/"
#: Its examples are made up, with a reference that the house may have as well.
DESCRIPTION: Final = "api/v1/openapi."


def team(owns: str) -> Team:
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    return teams.give(teams.make(f"Team of {owns}", **by), [owns], **by)


def session(owns: str) -> Client:
    user = person(name=f"member-of-{owns}")
    everything = list(roles.ROLES)
    teams.appoint(team(owns), user, everything, by=factory.PERSON, at=clock.now())
    found = Desk(User.objects.get(id=user.id)).client
    found.get("/account/")  # the session's own row and entry come with its first request
    return found


def tool(owns: str) -> APIClient:
    at = clock.now()
    ends = at + 24 * factory.HOUR
    _, plain = keys.mint(
        name=owns, scopes=SCOPES, by=system("test"), expires_at=ends, at=at, team=team(owns)
    )
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return caller


CALLERS: Final = {"session": session, "tool": tool}


def marks() -> set[str]:
    """What an answer tells of the incident of the house, if it tells anything."""
    incident = Incident.objects.earliest("id")
    found = {incident.reference, incident.title, incident.report["incident"]["narrative"]}
    for label in [*settings.SYSTEM_OF, *settings.INCIDENT_OF]:
        if label not in {"ledger.Entry", "incidents.Submission"}:
            keys_ = apps.get_model(label)._default_manager.values_list("pk", flat=True)
            found |= {str(key) for key in keys_}
    return found


def told(answer: Any, secrets: Iterable[str]) -> set[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {each for each in secrets if each.encode() in body}


def walked(by: str) -> list[Door]:
    found = [door for door in doors() if not door.route.startswith((LINKS, DESCRIPTION))]
    return found if by == "session" else [door for door in found if door.view is not None]


@pytest.mark.parametrize("by", sorted(CALLERS))
def test_no_address_tells_a_caller_of_another_team_anything(house: None, by: str) -> None:
    caller, wrong = CALLERS[by](FOREIGN), {}
    for door in walked(by):
        answer = caller.get(door.address, follow=True)
        if leaked := told(answer, _apart(door)):
            wrong[door.route] = (answer.status_code, leaked)
    assert wrong == {}
    assert len(walked(by)) > 60


@pytest.mark.parametrize("by", sorted(CALLERS))
def test_the_same_walk_tells_the_team_that_owns_the_system(house: None, by: str) -> None:
    """The twin: whoever holds the same within the right team is told of it almost everywhere."""
    caller, secrets = CALLERS[by](OWN), marks()
    telling = {
        door.route for door in walked(by) if told(caller.get(door.address, follow=True), secrets)
    }
    assert len(telling) > 25


@pytest.mark.parametrize("by", sorted(CALLERS))
def test_no_unsafe_method_of_another_team_changes_anything(house: None, by: str) -> None:
    caller = CALLERS[by](FOREIGN)
    caller.get("/api/v1/me")  # a session's first request is on record
    before, entries, wrong = state(), acts(), {}
    for door in [each for each in walked(by) if _is_foreign(each)]:
        for method in UNSAFE:
            answer = caller.generic(method.upper(), door.address, "{}", "application/json")
            # 422 comes before any object is looked for, so it tells of none.
            if answer.status_code not in {403, 404, 405, 415, 422} or told(answer, _apart(door)):
                wrong[f"{method} {door.route}"] = answer.status_code
    assert wrong == {}
    assert (state(), acts()) == (before, entries)


def test_every_action_of_another_team_meets_nothing(house: None) -> None:
    caller, answers = session(FOREIGN), {}
    for door in [each for each in doors() if each.route.endswith("/change/")]:
        if door.page is None or not _is_borne(door.page.model):
            continue
        for action in getattr(door.page, "page_actions", ()):
            answer = caller.post(door.address, {"action": action.name})
            answers[f"{door.route} {action.name}"] = answer.status_code
    assert {name: code for name, code in answers.items() if code != 404} == {}
    assert len(answers) > 30


def test_every_model_of_incidents_is_declared_to_belong_to_a_system_or_not() -> None:
    """A new one has to say so in the settings, or be named here."""
    of_none = {
        "incidents.Course",
        "incidents.Delivery",
        "incidents.FileContent",
        "incidents.KeptFigures",  # its key and its question tell of whose systems
        "incidents.ReassessmentRun",
        "incidents.Subscription",
    }
    ours = {
        m._meta.label for m in apps.get_app_config("incidents").get_models() if not m._meta.proxy
    }
    assert ours - set(settings.SYSTEM_OF) - set(settings.INCIDENT_OF) == of_none


def _is_foreign(door: Door) -> bool:
    """What has an object of the house in its address; the rest makes what is one's own."""
    return door.view is not None and "<" in door.route


def _apart(door: Door) -> set[str]:
    """What no answer may tell: what is in the address, the caller said."""
    return {each for each in marks() if each not in door.address}


def _is_borne(model: Any) -> bool:
    label = (model._meta.concrete_model or model)._meta.label
    return label in settings.SYSTEM_OF or label in settings.INCIDENT_OF
