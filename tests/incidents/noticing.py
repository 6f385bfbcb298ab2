"""A breach whose first stage has a template, required content and an approver, and its notice."""

from datetime import timedelta
from typing import Any, Final

from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from incidents import contents, correspondence
from incidents.models import Attachment, Clock, Incident, Notice
from incidents.stages.attaching import Upload
from incidents.stages.drafting import Tick
from incidents.stages.filing import Filing
from tests import factory
from tests.factory import AT, HOUR, MINUTE

TEMPLATE: Final = """
apiVersion: bylaw/v1
kind: NoticeTemplate
metadata: {name: report, version: 1.0.0, title: Report, owner: legal-counsel}
spec:
  purpose: regulator_report
  language: en
  approval: {role: legal-counsel}
  subject: "{{ duty.title }}: {{ reference }}"
  body: |
    To {{ duty.recipient }}
    {{ incident.title }}
    {{ incident.narrative }}
    Aware: {{ moments.aware | instant }}
    People: {{ impact.people_affected }}
    [Say what you did.]
  when_missing: (not known yet)
"""
CONTENT: Final = (
    "template: report\n          content: [incident.narrative, impact.people_affected, harms, "
    "'likely consequences']\n          remind:"
)
MEASURES, CONSEQUENCES = "[Say what you did.]", "likely consequences"
#: What is missing of a fresh draft, when neither people nor harms were stated.
MISSING: Final = ("impact.people_affected", "harms", CONSEQUENCES, MEASURES)
MINUTES: Final = 10 * MINUTE


def text() -> str:
    return factory.text("breach", ("remind:", CONTENT))


def install(template: str = TEMPLATE, **edited: str) -> None:
    factory.install(**{"breach": text(), "report": template, **edited})


def unapproved() -> str:
    """The template without an approver."""
    return TEMPLATE.replace("  approval: {role: legal-counsel}\n", "")


def writer() -> Actor:
    return factory.person("writer", "responder")


def counsel() -> Actor:
    return factory.person("counsel", "legal-counsel")


def submit(**facts: Any) -> Incident:
    return factory.submit(factory.breach(**facts))


def clock(incident: Incident | None = None) -> Clock:
    return factory.deadline(incident or submit(), "notify", "initial")


def draft(of: Clock | None = None, *, by: Actor | None = None) -> Notice:
    return correspondence.draft(of or clock(), by=by or writer(), at=AT + MINUTE)


def edit(notice: Notice, body: str = "Another text.", *, seen: int = 0, **more: Any) -> Notice:
    given = {"subject": "About it", "by": writer(), "at": AT + 2 * MINUTE, **more}
    return correspondence.edit(notice, body=body, seen=seen or notice.revision, **given)


def submitted(notice: Notice | None = None, *, by: Actor | None = None) -> Notice:
    return correspondence.submit(notice or draft(), by=by or writer(), at=AT + 3 * MINUTE)


def approve(notice: Notice, *, by: Actor | None = None, seen: int = 0) -> Notice:
    seen = seen or notice.revision
    return correspondence.approve(notice, seen=seen, by=by or counsel(), at=AT + 4 * MINUTE)


def approved(notice: Notice | None = None) -> Notice:
    return approve(submitted(notice))


def cover(notice: Notice, *items: str, covered: bool = True, where: str = "") -> Notice:
    ticks = [Tick(item, covered, where) for item in items]
    return correspondence.cover(notice, ticks, by=writer(), at=AT + 2 * MINUTE)


def missing(notice: Notice) -> tuple[str, ...]:
    return contents.of(notice).missing


def file(notice: Notice, *, at_minute: int = 10, **more: Any) -> Notice:
    when = AT + timedelta(minutes=at_minute)
    filing = Filing(when, "Data protection authority", "web form", "R-17")
    given: dict[str, Any] = {
        "seen": notice.revision,
        "confirmed": missing(notice),
        "by": writer(),
        "at": AT + HOUR,
        **more,
    }
    return correspondence.file(notice, given.pop("filing", filing), **given)


def send(notice: Notice, to: str = "authority@example.org", **more: Any) -> Notice:
    given: dict[str, Any] = {
        "seen": notice.revision,
        "confirmed": missing(notice),
        "by": writer(),
        "at": AT + MINUTES,
        **more,
    }
    return correspondence.send(notice, to, **given)


def enclose(notice: Notice, data: bytes = b"%PDF a", name: str = "a.pdf") -> Attachment:
    upload = Upload(name, "application/pdf", data, "enclosure")
    given: dict[str, Any] = {"notice": notice, "by": writer(), "at": AT + 2 * MINUTE}
    added, _ = correspondence.attach(notice.incident, upload, **given)
    return added


def entry(notice: Notice, verb: str) -> Entry:
    """The last entry of the notice with this verb."""
    found = Entry.objects.filter(object_id=str(notice.id), verb=verb).order_by("id").last()
    assert found is not None, verb
    return found


def verbs(notice: Notice) -> list[str]:
    rows = Entry.objects.filter(object_id=str(notice.id)).order_by("id")
    return list(rows.values_list("verb", flat=True))
