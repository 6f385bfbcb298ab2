"""An incident in OSCAL 1.2 (NIST): what was found of its duties, as assessment results, and what is
left to do by when, as plan of action and milestones.

A duty stands as a control, each of its stages as an observation and as a milestone. Identifiers are
derived from ours, so that the same thing has the same one in every package.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from governance import canonical
from incidents.evidence.picture import Picture
from incidents.models import Clock, Duty, Incident
from incidents.states import Standing, standing

VERSION: Final = "1.2.1"
NAMES: Final = "urn:bylaw:oscal"
_NAMESPACE: Final = uuid5(NAMESPACE_URL, NAMES)
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_APPLIES: Final = frozenset({Duty.State.OPEN, Duty.State.UNDETERMINED, Duty.State.FULFILLED})
_RISK: Final = {
    Incident.State.OPEN: "open",
    Incident.State.CONTAINED: "remediating",
    Incident.State.RESOLVED: "remediating",
    Incident.State.CLOSED: "closed",
}


def assessment_results(of: Picture) -> dict[str, Any]:
    """One result: the incident, by the rules of its releases."""
    resource = _id(of, "resource", "releases")
    duties = _duties(of)
    result: dict[str, Any] = {
        "uuid": _id(of, "result", ""),
        "title": f"Duties of {of.incident.reference}",
        "description": "What the policies in force found to be owed, and what became of it.",
        "start": canonical.instant(of.incident.reported_at),
        "reviewed-controls": {"control-selections": [_selection(duties)]},
        "risks": [_incident_risk(of)],
    }
    if of.incident.closed_at is not None:
        result["end"] = canonical.instant(of.incident.closed_at)
    observations = [_observation(of, duty, clock) for duty in duties for clock in of.of_duty(duty)]
    if observations:
        result["observations"] = observations
    if duties:
        result["findings"] = [_finding(of, duty) for duty in duties]
    return {
        "assessment-results": {
            "uuid": _id(of, "assessment-results", ""),
            "metadata": _metadata(of, f"Assessment results of {of.incident.reference}"),
            "import-ap": {"href": f"#{resource}"},
            "results": [result],
            "back-matter": {"resources": [_releases(of, resource)]},
        }
    }


def plan_of_action(of: Picture) -> dict[str, Any] | None:
    """An item for each duty that is or was owed; None where there is none, for a plan has one."""
    owed = [duty for duty in _duties(of) if duty.state in _APPLIES and of.of_duty(duty)]
    if not owed:
        return None
    return {
        "plan-of-action-and-milestones": {
            "uuid": _id(of, "plan", ""),
            "metadata": _metadata(of, f"Plan of action of {of.incident.reference}"),
            "system-id": {"identifier-type": NAMES, "id": of.incident.system},
            "risks": [_duty_risk(of, duty) for duty in owed],
            "poam-items": [
                {
                    "uuid": _id(of, "item", duty.id),
                    "title": _line(duty.title),
                    "description": _line(f"{duty.citation}: {duty.title}"),
                    "props": [_property("state", duty.state), _property("owner", duty.owner)],
                    "related-risks": [{"risk-uuid": _id(of, "risk", duty.id)}],
                }
                for duty in owed
            ],
        }
    }


# --- assessment results --------------------------------------------------------------------------


def _duties(of: Picture) -> Sequence[Duty]:
    """Those of law; rules in shadow are none, or not yet."""
    return [duty for duty in of.duties if not duty.shadow]


def _selection(duties: Sequence[Duty]) -> Mapping[str, Any]:
    if not duties:
        return {"include-all": {}}
    return {"include-controls": [{"control-id": each} for each in sorted({*map(_control, duties)})]}


def _observation(of: Picture, duty: Duty, clock: Clock) -> Mapping[str, Any]:
    found = standing(clock, at=of.checkpoint.at, shadow=False)
    evidence = [
        {"href": f"../notices/{each.id}/notice.json", "description": "The notice of this stage."}
        for each in of.notices
        if each.clock_id == clock.id
    ]
    evidence.append({"href": "../duties.json", "description": "The deadline with its history."})
    return {
        "uuid": _id(of, "observation", clock.id),
        "title": _stage(clock),
        "description": _line(f"{clock.citation}: {found.replace('_', ' ')}"),
        "props": [_property("standing", found), *_dates(clock)],
        "methods": ["EXAMINE"],
        "relevant-evidence": evidence,
        "collected": canonical.instant(clock.fulfilled_at or of.checkpoint.at),
    }


def _dates(clock: Clock) -> Iterator[Mapping[str, str]]:
    for name, at in (
        ("started", clock.started_at),
        ("legal-due", clock.legal_due),
        ("fulfilled", clock.fulfilled_at),
    ):
        if at is not None:
            yield _property(name, canonical.instant(at))
    if clock.receipt_number:
        yield _property("receipt", clock.receipt_number)


def _finding(of: Picture, duty: Duty) -> Mapping[str, Any]:
    late = any(
        standing(clock, at=of.checkpoint.at, shadow=False) in {Standing.OVERDUE, Standing.MET_LATE}
        for clock in of.of_duty(duty)
    )
    settled = duty.state not in {Duty.State.OPEN, Duty.State.UNDETERMINED}
    finding: dict[str, Any] = {
        "uuid": _id(of, "finding", duty.id),
        "title": _line(duty.title),
        "description": _line(f"{duty.get_state_display()}. {duty.citation}"),
        "props": [_property("policy", duty.policy), _property("policy-sha256", duty.policy_digest)],
        "target": {
            "type": "objective-id",
            "target-id": _control(duty),
            "status": {"state": "satisfied" if settled and not late else "not-satisfied"},
        },
        "related-risks": [{"risk-uuid": _id(of, "risk", of.incident.id)}],
    }
    if clocks := of.of_duty(duty):
        finding["related-observations"] = [
            {"observation-uuid": _id(of, "observation", clock.id)} for clock in clocks
        ]
    return finding


def _incident_risk(of: Picture) -> Mapping[str, Any]:
    return {
        "uuid": _id(of, "risk", of.incident.id),
        "title": _line(of.incident.title),
        "description": _line(of.incident.title),
        "statement": f"Severity {of.incident.severity}.",
        "status": _RISK[Incident.State(of.incident.state)],
    }


def _releases(of: Picture, resource: str) -> Mapping[str, Any]:
    """The rules that were applied, by digest."""
    digests = dict.fromkeys(each.release_id for each in of.decisions)
    return {
        "uuid": resource,
        "title": "The releases of policies that decided",
        "rlinks": [
            {
                "href": f"../../../policies/releases/{digest}.json",
                "hashes": [{"algorithm": "SHA-256", "value": digest}],
            }
            for digest in digests
        ],
    }


# --- plan of action and milestones ---------------------------------------------------------------


def _duty_risk(of: Picture, duty: Duty) -> Mapping[str, Any]:
    clocks = of.of_duty(duty)
    dues = [clock.legal_due for clock in clocks if clock.legal_due is not None]
    over = duty.state == Duty.State.FULFILLED
    risk: dict[str, Any] = {
        "uuid": _id(of, "risk", duty.id),
        "title": _line(f"Not met in time: {duty.title}"),
        "description": _line(f"{duty.citation}, to {duty.recipient}"),
        "statement": "The duty is owed to a recipient outside and has a term.",
        "status": "closed" if over else "open",
        "remediations": [
            {
                "uuid": _id(of, "remediation", duty.id),
                "lifecycle": "completed" if over else "planned",
                "title": _line(duty.title),
                "description": "The stages of the duty, each with its term.",
                "tasks": [_milestone(of, clock) for clock in clocks],
            }
        ],
    }
    if dues:
        risk["deadline"] = canonical.instant(max(dues))
    return risk


def _milestone(of: Picture, clock: Clock) -> Mapping[str, Any]:
    """With the date it had at first, and each that it was moved to: nothing is written over."""
    task: dict[str, Any] = {
        "uuid": _id(of, "milestone", clock.id),
        "type": "milestone",
        "title": _stage(clock),
        "description": _line(f"{clock.citation}, to {clock.recipient}"),
        "props": [
            _property("state", clock.state),
            *(
                _property("original-due" if number == 0 else "due-changed-to", due)
                for number, due in enumerate(_dues(of, clock))
            ),
            *_dates(clock),
        ],
    }
    if clock.legal_due is not None:
        task["timing"] = {"on-date": {"date": canonical.instant(clock.legal_due)}}
    return task


def _dues(of: Picture, clock: Clock) -> Iterator[str]:
    """Every legal due time that it ever had, the first one first."""
    last = None
    for change in reversed(of.histories[clock.id]):
        due = change.whole.get("legal_due")
        if due and due != last:
            last = due
            yield due


# --- all of it -----------------------------------------------------------------------------------


def _metadata(of: Picture, title: str) -> Mapping[str, Any]:
    return {
        "title": title,
        "last-modified": canonical.instant(_changed(of)),
        "version": str(of.checkpoint.size),
        "oscal-version": VERSION,
    }


def _changed(of: Picture) -> datetime:
    return max(each.at for each in of.entries)


def _id(of: Picture, kind: str, key: UUID | str) -> str:
    return str(uuid5(_NAMESPACE, f"{of.incident.id}/{kind}/{key}"))


def _control(duty: Duty) -> str:
    """A token, as in `eu-gdpr-33-34.notify`."""
    found = _UNFIT.sub("-", f"{duty.policy_name}.{duty.duty}")
    return found if found[:1].isalpha() else f"_{found}"


def _stage(clock: Clock) -> str:
    number = f" no. {clock.occurrence}" if clock.occurrence > 1 else ""
    return _line(f"{clock.title}: {clock.stage} {clock.recipient_id}{number}")


def _property(name: str, value: str) -> Mapping[str, str]:
    return {"name": name, "ns": NAMES, "value": _line(value)}


def _line(text: str) -> str:
    """What OSCAL takes for a string: something, in one line."""
    return " ".join(text.split()) or "-"
