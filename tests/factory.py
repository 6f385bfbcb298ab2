"""Builders: a release in force, a report, an incident, somebody who acts, a client with a key."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import connection
from rest_framework.test import APIClient

from governance import clock, ids
from governance.accounts import keys
from governance.accounts.models import User
from governance.accounts.roles import SCOPES
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents import dispensations, flow, moments
from incidents.models import Clock, Dispensation, Duty, Incident, Submission
from incidents.requests import Asked
from incidents.stages.fulfilling import Fulfilment
from incidents.stages.intake import Sent
from policies import documents, plans, versions
from policies.documents import Document
from policies.models import PolicyVersion
from policies.release import Release, compile_release
from tests.described import Described

HOUSE: Final = Path(__file__).parent / "data" / "house"
INSTALLED: Final = datetime(2026, 1, 1, tzinfo=UTC)
AT: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
TOOL: Final = Actor("api_key", "0123abcd")
Found = TypeVar("Found")
PERSON: Final = Actor("user", "01890000-0000-7000-8000-000000000001")


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


# --- policies ------------------------------------------------------------------------------------


def text(name: str, *edits: tuple[str, str]) -> str:
    """A file of the house, with (old, new) pairs replaced; each old one must be there."""
    found = (HOUSE / f"{name}.yaml").read_text()
    for old, new in edits:
        assert old in found, old
        found = found.replace(old, new)
    return found


@cache
def document(yaml: str) -> Document:
    reading = documents.read(yaml)
    assert reading.document is not None, reading.problems
    return reading.document


def house(**edited: str) -> list[Document]:
    """The documents of the house; `edited` gives other texts, an empty one leaves a file out."""
    names = sorted({file.stem for file in HOUSE.glob("*.yaml")} | set(edited))
    texts = [edited[name] if name in edited else text(name) for name in names]
    return [document(each) for each in texts if each]


def release(**edited: str) -> Release:
    return compile_release(house(**edited))


def install(at: datetime = INSTALLED, **edited: str) -> None:
    """The house's policies in force from `at`: new ones as at set-up, new versions as approved."""
    documents = house(**edited)
    versions.install([(each, "files:house") for each in documents], at=at)
    pairs = [(each, each.identity) for each in documents]
    if not plans.plan(pairs, at=at).empty:
        plans.apply(pairs, by=PERSON, at=at, approve=plans.Approval(approver()))


def impose(at: datetime, **edited: str) -> None:
    """These texts in force from `at`, as one may be that today's lint would refuse."""
    for each in map(document, edited.values()):
        same = PolicyVersion.objects.filter(kind=each.kind, name=each.metadata.name)
        before = same.get(effective_until=None)
        same.filter(id=before.id).update(effective_until=at)
        for field, value in {
            "id": ids.new(),
            "version": each.metadata.version,
            "text": each.text,
            "digest": each.digest,
            "effective_from": at,
            "effective_until": None,
        }.items():
            setattr(before, field, value)
        before.save(force_insert=True)


def person(name: str, *roles: str) -> Actor:
    """Somebody with an account who holds these roles."""
    user, _ = User.objects.get_or_create(username=name, defaults={"roles": list(roles)})
    return Actor("user", str(user.id))


def superuser(name: str, *roles: str) -> Actor:
    who = person(name, *roles)
    User.objects.filter(id=who.id).update(is_superuser=True)
    return who


def key_of(owner: Actor) -> Actor:
    """An API key that somebody made, as it acts."""
    at = clock.now()
    made, _ = keys.mint(name="own", scopes=SCOPES, by=owner, expires_at=at + timedelta(1), at=at)
    return Actor("api_key", made.prefix)


def approver() -> Actor:
    return person("approver", "legal-counsel")


# --- incidents -----------------------------------------------------------------------------------


def report(**facts: Any) -> dict[str, Any]:
    """A report that holds, with nothing but what must be said and `facts`."""
    return {
        "incident": {"title": "It went wrong", "narrative": "The answer was false."},
        "system": "triage",
        **facts,
    }


def breach(aware: datetime | None = AT, **facts: Any) -> dict[str, Any]:
    stated = {"moments": {"aware": iso(aware)}} if aware else {}
    return report(personal_data={"breach": True, "risk": "high"}, **stated, **facts)


def sent(body: Any, *, key: str | None = None) -> Sent:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Sent(raw, "application/json", TOOL, idempotency_key=key)


def submit(facts: Mapping[str, Any], *, at: datetime = AT) -> Incident:
    """The incident that a report opens."""
    return flow.report(sent(dict(facts)), dict(facts), at=at).incident


def amend(incident: Incident, at: datetime = AT + HOUR, **changes: Any) -> Incident:
    return flow.amend(incident, changes, reason="We know more.", by=PERSON, at=at)


def record(incident: Incident, name: str, instant: datetime, at: datetime = AT + HOUR) -> Incident:
    return moments.record(incident, name, instant, basis="The log.", by=PERSON, at=at)


def fulfil(clock_: Clock, submitted_at: datetime, at: datetime | None = None) -> Clock:
    given = Fulfilment(submitted_at, "R-1")
    return flow.fulfil(clock_, given, by=PERSON, at=at or submitted_at)


def change(incident: Incident, state: str, at: datetime = AT + HOUR) -> Incident:
    return flow.change_state(incident, Incident.State(state), reason="Why.", by=PERSON, at=at)


def pending(clock_: Clock) -> list[tuple[str, str]]:
    """Kind and step of everything that a clock has still to say."""
    return list(clock_.timers.filter(state="pending").values_list("kind", "step"))


def left(body: Any, *, at: datetime) -> Submission:
    """A submission whose process died before it was judged."""
    submission = Submission(actor=str(TOOL), received_at=at, body=sent(body).body)
    submission.content_type = "application/json"
    submission.body_digest = "0" * 64
    submission.save(force_insert=True)
    return submission


def duty(incident: Incident, name: str) -> Duty:
    return incident.duties.get(duty=name)


def deadline(incident: Incident, duty_: str, stage: str) -> Clock:
    return Clock.objects.select_related("duty", "incident").get(
        incident=incident, duty__duty=duty_, stage=stage
    )


def verbs(incident: Incident) -> list[str]:
    return list(
        Entry.objects.filter(incident_id=incident.id).order_by("id").values_list("verb", flat=True)
    )


def on_database(name: str, call: Callable[[], Found]) -> Found:
    """`call` in this thread on the database `name`, with a connection of its own that commits."""
    connection.settings_dict = {**connection.settings_dict, "NAME": name}
    try:
        return call()
    finally:
        connection.close()


# --- delays, pauses, waivers ----------------------------------------------------------------------


def asker() -> Actor:
    return person("asker", "incident-commander")


def ask(
    about: Clock | Duty, kind: str, at: datetime = AT + HOUR, by: Actor | None = None, **given: Any
) -> Dispensation:
    """A request, for a delay until the next day where nothing else is said."""
    if kind == "delay":
        given = {"until": AT + 24 * HOUR, **given}
    given = {"ground": "Art. 9", "reason": "The police ask for it.", **given}
    asked = Asked(Dispensation.Kind(kind), **given)
    by = by or asker()
    if isinstance(about, Clock):
        return dispensations.request_for_clock(about, asked, by=by, at=at)
    return dispensations.request_waiver(about, asked, by=by, at=at)


def grant(
    about: Clock | Duty, kind: str, at: datetime = AT + HOUR, by: Actor | None = None, **given: Any
) -> Dispensation:
    """Asked for and approved at the same instant."""
    asked = ask(about, kind, at, **given)
    return dispensations.approve(asked, note="Seen.", by=by or approver(), at=at)


def finish(row: Dispensation, at: datetime) -> Dispensation:
    return dispensations.end(row, because="It is over.", by=PERSON, at=at)


# --- callers -------------------------------------------------------------------------------------


def key(*scopes: str, days: int = 1, owner: Actor = PERSON) -> str:
    """The plain text of a key that may do this, or everything; `owner` made it."""
    at = clock.now()
    _, plain = keys.mint(
        name="test tool",
        scopes=scopes or SCOPES,
        by=owner,
        expires_at=at + timedelta(days=days),
        at=at,
    )
    return plain


def client(*scopes: str, owner: Actor = PERSON) -> APIClient:
    caller = Described()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {key(*scopes, owner=owner)}")
    return caller


def post(caller: APIClient, path: str, body: Any, **headers: str) -> Any:
    """POST JSON to a path below /api/v1/; bytes go as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return caller.post(f"/api/v1/{path}", raw, content_type="application/json", headers=headers)


def get(caller: APIClient, path: str, **query: str) -> Any:
    return caller.get(f"/api/v1/{path}", query)


def pointers(problem: Mapping[str, Any]) -> dict[str, str]:
    """pointer → code of every error of a problem."""
    return {error["pointer"]: error["code"] for error in problem["errors"]}


def names(values: Iterable[Any]) -> list[str]:
    return sorted(str(value) for value in values)
