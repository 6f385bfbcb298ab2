"""Everything that is kept of an incident, as files. What was stored as exact bytes is given so."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from incidents import notices
from incidents.evidence import rows, timeline
from incidents.evidence.bag import file_name
from incidents.evidence.picture import Picture
from incidents.models import Attachment, Clock, Duty, Notice, Submission

INCIDENTS: Final = "incidents"


class Into(Protocol):
    """Where files go."""

    def add(self, path: str, data: bytes) -> object: ...


def add(into: Into, of: Picture) -> None:
    """All of it but the entries and their proofs, in the directory of the incident."""
    _add_facts(into, of)
    for submission in of.submissions:
        _add_submission(into, submission)
    _add_decisions(into, of)
    for notice in of.notices:
        _add_notice(into, notice)
    _add_messages(into, of)
    for attachment in of.attachments:
        _add_attachment(into, attachment)
    _add_timeline(into, of)


def _add_facts(into: Into, of: Picture) -> None:
    into.add("incident.json", rows.text(summary(of)))
    into.add("report.json", rows.text(of.incident.report))
    into.add("people.json", rows.text(_people(of)))
    into.add("moments.json", rows.text(_moments(of)))
    into.add("duties.json", rows.text([_duty(of, duty) for duty in of.duties]))
    for name, found in (
        ("dispensations", of.dispensations),
        ("severity-overrides", of.severity_overrides),
        ("reassessments", of.reassessments),
        ("timers", of.timers),
        ("links", of.links),
        ("signals", of.signals),
        ("roles", of.team),
        ("notes", of.notes),
    ):
        into.add(f"{name}.json", rows.text([rows.values(each) for each in found]))


def summary(of: Picture) -> dict[str, Any]:
    """The incident for a program: its row, and what there is of each kind."""
    counted: dict[str, Sequence[object]] = {
        "submissions": of.submissions,
        "moments": of.moments,
        "decisions": of.decisions,
        "duties": of.duties,
        "clocks": of.clocks,
        "dispensations": of.dispensations,
        "severity_overrides": of.severity_overrides,
        "reassessments": of.reassessments,
        "timers": of.timers,
        "notices": of.notices,
        "messages": of.messages,
        "attachments": of.attachments,
        "links": of.links,
        "signals": of.signals,
        "roles": of.team,
        "notes": of.notes,
        "entries": of.entries,
    }
    return {
        **rows.values(of.incident, without={"report"}),
        "releases": list(dict.fromkeys(each.release_id for each in of.decisions)),
        "decision": of.latest.id,
        "checkpoint": of.checkpoint.size,
        "counts": {name: len(found) for name, found in counted.items()},
    }


def _people(of: Picture) -> Mapping[str, Any]:
    return {
        actor: {"name": name, "roles": of.roles.get(actor, [])} for actor, name in of.names.items()
    }


def _moments(of: Picture) -> Sequence[Mapping[str, Any]]:
    """The candidates of each moment, which of them was chosen when, and which were withdrawn."""
    names = sorted({each.name for each in of.moments})
    chosen = {choice.name: choice.moment_id for choice in of.choices}  # the last of each counts
    return [
        {
            "name": name,
            "counts": chosen.get(name),
            "candidates": [rows.values(each) for each in of.moments if each.name == name],
            "choices": [rows.values(each) for each in of.choices if each.name == name],
            "withdrawals": [
                rows.values(each) for each in of.withdrawals if each.moment.name == name
            ],
        }
        for name in names
    ]


def _duty(of: Picture, duty: Duty) -> Mapping[str, Any]:
    return {**rows.values(duty), "clocks": [_clock(of, each) for each in of.of_duty(duty)]}


def _clock(of: Picture, clock: Clock) -> Mapping[str, Any]:
    """With every change of its dates, the latest first."""
    history = [
        {
            "entry": each.entry,
            "at": each.at,
            "actor": each.actor,
            "verb": each.verb,
            "because": each.because,
            "changed": {name: list(pair) for name, pair in each.changed.items()},
        }
        for each in of.histories[clock.id]
    ]
    return {**rows.values(clock), "history": history}


def _add_submission(into: Into, submission: Submission) -> None:
    where = f"submissions/{submission.id}"
    into.add(f"{where}/submission.json", rows.text(rows.values(submission)))
    into.add(f"{where}/body", bytes(submission.body))


def _add_decisions(into: Into, of: Picture) -> None:
    into.add(
        "decisions.json",
        rows.text([rows.values(each, without={"facts", "text"}) for each in of.decisions]),
    )
    for each in of.decisions:
        into.add(f"decisions/{each.id}/decision.json", each.text.encode())
        into.add(f"decisions/{each.id}/facts.json", each.facts.encode())


def _add_notice(into: Into, notice: Notice) -> None:
    revisions = list(notice.revisions.all())
    where = f"notices/{notice.id}"
    said = [rows.values(each, without={"subject", "body"}) for each in revisions]
    into.add(f"{where}/notice.json", rows.text({**rows.values(notice), "revisions": said}))
    for each in revisions:
        into.add(f"{where}/revision-{each.number:03}.txt", notices.paper(each).document.encode())


def _add_messages(into: Into, of: Picture) -> None:
    for each in of.messages:
        where = f"messages/{each.id}"
        said = rows.values(each, without={"text", "html", "payload"})
        into.add(f"{where}/message.json", rows.text(said))
        for name, body in (
            ("text.txt", each.text),
            ("page.html", each.html),
            ("payload.json", each.payload),
        ):
            if body:
                into.add(f"{where}/{name}", body.encode())


def _add_attachment(into: Into, attachment: Attachment) -> None:
    where = f"attachments/{attachment.id}"
    said = {**rows.values(attachment), "size": attachment.content.size}
    into.add(f"{where}/attachment.json", rows.text(said))
    into.add(f"{where}/file/{file_name(attachment.name)}", bytes(attachment.content.data))


def _add_timeline(into: Into, of: Picture) -> None:
    places = [each.leaf.index for each in of.entries]
    events = timeline.events(of.records, places, of.names)
    into.add("timeline.json", rows.text(events))
    into.add("timeline.txt", b"".join(timeline.lines(of.records, of.names)))


def digests(of: Picture) -> Iterator[str]:
    """Every release that decided or counted something of it."""
    yield from (each.release_id for each in of.decisions)
    yield from (each.release_id for each in of.clocks if each.release_id is not None)
