"""What the report of an incident says, whatever it is drawn as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from governance.accounts.roles import ROLES
from governance.console import times
from governance.ledger import log
from incidents import reasons, selectors
from incidents.evidence.picture import Picture
from incidents.evidence.report import chart
from incidents.evidence.report.chart import Chart, Span, Tone
from incidents.models import Clock, Duty
from incidents.states import LABELS, Standing, standing

Pairs = Sequence[tuple[str, str]]
_TONES: Final[Mapping[Standing, Tone]] = {
    Standing.MET: "good",
    Standing.MET_LATE: "late",
    Standing.OVERDUE: "late",
    Standing.CANCELLED: "plain",
    Standing.NOT_STARTED: "plain",
}


@dataclass(frozen=True)
class ShownDuty:
    """`stages` are (what, due, standing, how it was met)."""

    title: str
    about: Pairs
    stages: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Report:
    """Everything as text. `decisions` are (when, severity, occasion, SHA-256); `people` (role or
    kind, name, what they did); `events` (when, what, who, why)."""

    title: str
    reference: str
    summary: Pairs
    because: Sequence[str]
    rules: Sequence[str]
    chart: Chart
    duties: Sequence[ShownDuty]
    decisions: Sequence[tuple[str, str, str, str]]
    people: Sequence[tuple[str, str, str]]
    proof: Pairs
    events: Sequence[tuple[str, str, str, str]]


def of(picture: Picture) -> Report:
    """As things stood when its checkpoint was signed."""
    at = picture.checkpoint.at
    severity = selectors.severity_of(picture.latest)
    return Report(
        title=picture.incident.title,
        reference=picture.incident.reference,
        summary=_summary(picture),
        because=severity["because"],
        rules=severity["rules"],
        chart=chart.chart(list(_spans(picture, at)), _marks(picture), at=at),
        duties=[_duty(picture, duty, at) for duty in picture.duties],
        decisions=[
            (times.utc(each.at), each.severity, _named(each.because, picture), each.digest)
            for each in picture.decisions
        ],
        people=_people(picture),
        proof=_proof(picture),
        events=[
            (each["at"][:19] + "Z", each["verb"], _name(each["actor"], picture), each["reason"])
            for each in picture.acts
        ],
    )


def _summary(of: Picture) -> Pairs:
    row = of.incident
    provisional = ", provisional" if row.severity_provisional else ""
    rows = [
        ("Severity", row.severity + provisional),
        ("State", row.get_state_display()),
        ("System", f"{row.system_name} ({row.system})"),
        ("Reported", f"{times.utc(row.reported_at)} by {_name(row.reported_by, of)}"),
        ("Acknowledged", times.utc(row.acknowledged_at)),
        ("Closed", times.utc(row.closed_at)),
        ("Drill", "yes" if row.drill else ""),
    ]
    return [(name, value) for name, value in rows if value]


def _spans(of: Picture, at: datetime) -> Iterator[Span]:
    """One for each clock that ran, and is not in shadow."""
    shadow = {duty.id for duty in of.duties if duty.shadow}
    for clock in of.clocks:
        if clock.started_at is None or clock.duty_id in shadow:
            continue
        tone = _TONES.get(standing(clock, at=at, shadow=False), "open")
        begin, met = clock.started_at, clock.fulfilled_at
        yield Span(_stage(clock), begin, clock.legal_due, met and max(begin, met), tone)


def _marks(of: Picture) -> Iterator[tuple[datetime, str]]:
    yield of.incident.reported_at, "reported"
    counted = {choice.name: choice.moment_id for choice in of.choices}
    for moment in of.moments:
        if counted.get(moment.name) == moment.id:
            yield moment.at, moment.name.replace("_", " ")


def _duty(of: Picture, duty: Duty, at: datetime) -> ShownDuty:
    duty.decision = next(each for each in of.decisions if each.id == duty.decision_id)
    state = duty.get_state_display() + (", in shadow" if duty.shadow else "")
    rows = [
        ("State", state),
        ("Regime", duty.regime),
        ("Law", duty.citation),
        ("To", duty.recipient),
        ("Owner", ROLES.get(duty.owner, duty.owner)),
        ("Why not", reasons.of(duty)),
        ("Missing facts", ", ".join(duty.missing)),
    ]
    return ShownDuty(
        duty.title,
        [(name, value) for name, value in rows if value],
        [_shown_stage(clock, duty, at) for clock in of.of_duty(duty)],
    )


def _shown_stage(clock: Clock, duty: Duty, at: datetime) -> tuple[str, str, str, str]:
    due = times.utc(clock.legal_due) or ("promptly" if clock.started_at else "not started")
    local = times.local(clock.legal_due, clock.zone)
    shown = f"{due} ({local})" if local else due
    return _stage(clock), shown, LABELS[standing(clock, at=at, shadow=duty.shadow)], _met(clock)


def _met(clock: Clock) -> str:
    if clock.fulfilled_at is None:
        return clock.cancelled_because
    said = [times.utc(clock.fulfilled_at)]
    said += [f"to {clock.sent_to}"] if clock.sent_to else []
    said += [f"by {clock.channel}"] if clock.channel else []
    said += [f"receipt {clock.receipt_number}"] if clock.receipt_number else []
    return ", ".join(said)


def _stage(clock: Clock) -> str:
    recipient = f" ({clock.recipient_id})" if clock.recipient_id else ""
    number = f" no. {clock.occurrence}" if clock.occurrence > 1 else ""
    return f"{clock.title}: {clock.stage.replace('_', ' ')}{recipient}{number}"


def _people(of: Picture) -> Sequence[tuple[str, str, str]]:
    """By role, with the verbs of what each did and how often."""
    done: dict[str, dict[str, int]] = {}
    for each in of.acts:
        verbs = done.setdefault(each["actor"], {})
        verbs[each["verb"]] = verbs.get(each["verb"], 0) + 1
    rows = [
        (_role(actor, of), _name(actor, of), ", ".join(_counted(verbs)))
        for actor, verbs in done.items()
    ]
    return sorted(rows)


def _role(actor: str, of: Picture) -> str:
    kinds = {"api_key": "Program", "system": "Bylaw"}
    kind = actor.partition(":")[0]
    return ", ".join(of.roles.get(actor, ())) or kinds.get(kind, "Person without a role now")


def _counted(verbs: Mapping[str, int]) -> Iterator[str]:
    for verb, count in sorted(verbs.items()):
        yield f"{verb} ({count})" if count > 1 else verb


def _proof(of: Picture) -> Pairs:
    places = [each.leaf.index for each in of.entries]
    checkpoint = of.checkpoint
    return [
        ("Log", checkpoint.text.partition("\n")[0]),
        ("Entries of this incident", str(len(of.entries))),
        ("Their places in the log", f"{places[0]} to {places[-1]}"),
        ("Proven against", f"the checkpoint of {log.in_words(checkpoint.size)}"),
        ("Signed", times.utc(checkpoint.at)),
        ("Root, SHA-256", checkpoint.root),
        ("Releases that decided", ", ".join(dict.fromkeys(d.release_id for d in of.decisions))),
    ]


def _name(actor: str, of: Picture) -> str:
    return of.names.get(actor) or actor


def _named(text: str, of: Picture) -> str:
    """With names in place of keys."""
    for actor, name in of.names.items():
        text = text.replace(actor, name)
    return text
