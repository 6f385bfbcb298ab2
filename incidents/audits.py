"""Stored incidents against what the audit trail says of them, and decisions made once more."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from governance import canonical
from governance.api.parsing import loads
from governance.ledger import commitments, erasures, readings
from governance.ledger.commitments import ERASED
from governance.ledger.models import Entry, PersonalData
from governance.ledger.verification import last_words
from governance.ledger.verification.findings import Findings
from governance.ledger.verification.objects import Rows
from incidents import clocks, papers
from incidents.models import (
    Attachment,
    Clock,
    Decision,
    Duty,
    Incident,
    IncidentLink,
    IncidentRole,
    NoticeRevision,
    SeverityOverride,
    Signal,
    Submission,
    TimelineNote,
)
from policies import evaluation, releases
from policies.errors import NoRelease

_FILES: Final = 10  # a batch is in memory


# --- incidents and duties ------------------------------------------------------------------------


def _incidents(rows: Sequence[Incident], found: Findings) -> None:
    keys = [row.id for row in rows]
    states = last_words.of("incident", keys, having="state")
    severities = last_words.of("incident", keys, having="provisional")
    for row in rows:
        where, key = f"incident {row.reference}", str(row.id)
        _compare(
            where,
            states.get(key, {"state": Incident.State.OPEN}),
            {"state": row.state, "closed_as": row.closed_as},
            found,
        )
        _compare(where, severities.get(key), {"severity": row.severity}, found)


def _duties(rows: Sequence[Duty], found: Findings) -> None:
    said = last_words.of("duty", [row.id for row in rows], having="duty")
    for row in rows:
        own = {"state": row.state, "owner": row.owner, "shadow": row.shadow, "duty": row.duty}
        _compare(f"duty {row.id}", said.get(str(row.id)), own, found)


def _clocks(rows: Sequence[Clock], found: Findings) -> None:
    said = last_words.of("clock", [row.id for row in rows], having="stage")
    opened = last_words.of("duty", {row.duty_id for row in rows}, having="clocks")
    for row in rows:
        after = said.get(str(row.id)) or _opened(opened.get(str(row.duty_id), {}), row)
        _compare(f"clock {row.id}", after, _plain(clocks.record(row)), found)


def _opened(duty: Mapping[str, Any], clock: Clock) -> Mapping[str, Any] | None:
    """The first clocks of a duty stand in its own entry."""
    wanted = (clock.stage, clock.recipient_id, clock.occurrence)
    named = ("stage", "recipient", "occurrence")
    listed = duty.get("clocks", ())
    return next((each for each in listed if tuple(each[n] for n in named) == wanted), None)


def _links(rows: Sequence[IncidentLink], found: Findings) -> None:
    said = last_words.of("incident_link", [row.id for row in rows], having="kind")
    for row in rows:
        own = {
            "kind": row.kind,
            "incident": str(row.incident_id),
            "other": str(row.other_id),
            "removed": row.removed_at is not None,
        }
        _compare(f"link {row.id}", said.get(str(row.id)), own, found)


def _roles(rows: Sequence[IncidentRole], found: Findings) -> None:
    said = last_words.of("incident_role", [row.id for row in rows], having="role")
    for row in rows:
        own = {
            "role": row.role,
            "person": f"user:{row.person_id}",
            "held": row.ended_at is None,
        }
        _compare(f"role {row.id}", said.get(str(row.id)), own, found)


def _overrides(rows: Sequence[SeverityOverride], found: Findings) -> None:
    said = last_words.of("severity_override", [row.id for row in rows], having="level")
    for row in rows:
        names = ("level", "computed", "lowers", "state", "requested_by", "decided_by")
        own = {name: getattr(row, name) for name in names}
        _compare(f"severity override {row.id}", said.get(str(row.id)), own, found)


def _signals(rows: Sequence[Signal], found: Findings) -> None:
    """The one that opened its incident is that incident's own report."""
    joined = [row for row in rows if not row.opened]
    said = last_words.of("submission", {row.submission_id for row in joined}, having="signal")
    for row in joined:
        own = {
            "signal": str(row.id),
            "count": row.count,
            "differs": row.differs,
            "split": row.split_at is not None,
        }
        _compare(f"signal {row.id}", said.get(str(row.submission_id)), own, found)


def _notes(rows: Sequence[TimelineNote], found: Findings) -> None:
    said = last_words.of("timeline_note", [row.id for row in rows], having="note")
    held = PersonalData.objects.filter(
        name="text", entry__object_kind="timeline_note", entry__object_id__in=said
    )
    texts = dict(held.values_list("entry__object_id", "value"))
    erased = _erased(TimelineNote, (row.id for row in rows if row.text == ERASED))
    for row in rows:
        where, key = f"note {row.id}", str(row.id)
        _compare(where, said.get(key), _plain({"note": row.id, "at": row.at}), found)
        if row.text == ERASED:
            if key not in erased:
                found.add(*_unrecorded(where))
        elif texts.get(key, commitments.written(row.text)) != commitments.written(row.text):
            found.add("object-changed", where, "its text is not what was recorded")


def _compare(
    where: str, said: Mapping[str, Any] | None, own: Mapping[str, Any], found: Findings
) -> None:
    if said is None:
        found.add("object-unrecorded", where, "no entry says what it is")
        return
    wrong = [name for name, value in own.items() if name in said and said[name] != value]
    if wrong:
        found.add("object-changed", where, f"{', '.join(wrong)} differ from what was recorded last")


def _plain(record: Mapping[str, object]) -> dict[str, Any]:
    """As an entry holds it."""
    plain: dict[str, Any] = json.loads(canonical.text(record))
    return plain


# --- decisions -----------------------------------------------------------------------------------


def _decisions(rows: Sequence[Decision], found: Findings) -> None:
    said = _classified(rows)
    for row in rows:
        where, after = f"decision {row.id}", said.get(row.id)
        if after is None:
            found.add("object-unrecorded", where, "no entry says what was decided")
        elif canonical.digest(row.text) != after["decision_sha256"]:
            found.add("decision-changed", where, "its text is not what was recorded")
        elif canonical.digest(row.facts) != after["facts_sha256"]:
            found.add("decision-changed", where, "its facts are not those that were recorded")
        elif after["release"] != row.release_id:
            found.add("decision-changed", where, "its release is not the one that was recorded")
        elif (wrong := _made_again(row)) != "":
            found.add("decision-differs", where, wrong)


def _classified(rows: Sequence[Decision]) -> Mapping[UUID, Mapping[str, Any]]:
    incidents = {row.incident_id for row in rows}
    entries = Entry.objects.filter(incident_id__in=incidents, verb="incident.classified")
    after = [each.record["after"] for each in readings.read(entries.order_by("id"))]
    return {UUID(each["decision"]): each for each in after}


def _made_again(row: Decision) -> str:
    """The same release, facts and instant give the same bytes; what is wrong where they do not."""
    try:
        release = releases.pinned(row.release_id)
    except NoRelease as error:
        return f"its release cannot be used any more: {error}"
    made = evaluation.decide(release, loads(row.facts.encode()), at=row.at)
    return "" if made.text == row.text else "made again, it comes out differently"


# --- texts and files -----------------------------------------------------------------------------


def _submissions(rows: Sequence[Submission], found: Findings) -> None:
    erased = _erased(Submission, (row.id for row in rows if row.erased))
    for row in rows:
        where = f"submission {row.id}"
        if row.erased:
            if str(row.id) not in erased:
                found.add(*_unrecorded(where))
        elif commitments.of(row.salt, bytes(row.body)) != f"sha256:{row.body_digest}":
            found.add("submission-changed", where, "its body has not its digest")


def _revisions(rows: Sequence[NoticeRevision], found: Findings) -> None:
    entries = Entry.objects.filter(
        object_kind="notice", object_id__in={str(row.notice_id) for row in rows}
    )
    said = {
        (entry.object_id, after["revision"], after["sha256"])
        for entry in entries
        if "sha256" in (after := json.loads(entry.body)["after"] or {})
    }
    erased = _erased(NoticeRevision, (row.id for row in rows if _marked(row)))
    for row in rows:
        if str(row.id) in erased:
            continue
        enclosed = tuple(papers.Enclosure.of(each) for each in row.enclosures)
        digest = papers.Paper(row.subject, row.body, enclosed).digest
        where = f"notice {row.notice_id}, text {row.number}"
        if digest != row.digest:
            found.add("notice-changed", where, "the text has not its digest")
        elif (str(row.notice_id), row.number, digest) not in said:
            found.add("object-unrecorded", where, "no entry has this text's digest")


def _files(rows: Sequence[Attachment], found: Findings) -> None:
    said = last_words.of("attachment", [row.id for row in rows], having="sha256")
    gone = [row.content_id for row in rows if not row.content.data]
    erased = {each["sha256"] for each in erasures.recorded(gone, by="sha256")}
    for row in rows:
        where, after = f"attachment {row.id}", said.get(str(row.id))
        if not row.content.data:
            if row.content_id not in erased:
                found.add(*_unrecorded(where))
        elif hashlib.sha256(bytes(row.content.data)).hexdigest() != row.content_id:
            found.add("file-changed", where, "its bytes have not their digest")
        elif after is None or after["sha256"] != row.content_id:
            found.add("file-changed", where, "it is not the file that was recorded")


def _marked(row: NoticeRevision) -> bool:
    """Whether its text, or the name of a file that goes with it, reads as erased."""
    return row.body == ERASED or any(each["name"] == ERASED for each in row.enclosures)


def _erased(model: type[Model], keys: Iterable[UUID]) -> frozenset[str]:
    """Those of the keys that an erasure names, of this model."""
    named = erasures.recorded(map(str, keys), by="id")
    return frozenset(str(each["id"]) for each in named if each.get("table") == model._meta.db_table)


def _unrecorded(where: str) -> tuple[str, str, str]:
    return "erasure-unrecorded", where, "it is gone, and no erasure names it"


PARTS: Final = (
    Rows("incidents", Incident.objects.all, _incidents),
    Rows("duties", Duty.objects.all, _duties),
    Rows("deadlines", Clock.objects.all, _clocks),
    Rows("links", IncidentLink.objects.all, _links),
    Rows("roles", IncidentRole.objects.all, _roles),
    Rows("severity overrides", SeverityOverride.objects.all, _overrides),
    Rows("signals", Signal.objects.all, _signals),
    Rows("notes", TimelineNote.objects.all, _notes),
    Rows("decisions", Decision.objects.all, _decisions),
    Rows("submissions", Submission.objects.all, _submissions),
    Rows("texts of notices", NoticeRevision.objects.all, _revisions),
    Rows("files", lambda: Attachment.objects.select_related("content"), _files, _FILES),
)
