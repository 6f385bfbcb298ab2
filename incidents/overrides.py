"""A person's word on the severity of an incident, beside what the policies compute. Each function
is one transaction with the incident held; where the word holds from then on, or no longer does, the
policies are applied again to the facts as they are."""

from datetime import datetime

from django.db import transaction

from governance.accounts import people
from governance.errors import Invalid
from governance.ledger import ledger
from incidents import decisions, ladders, locks, selectors, separation
from incidents.calls import Call
from incidents.errors import WrongState
from incidents.models import Incident, SeverityOverride
from incidents.stages import calling, overriding
from incidents.stages.overriding import Word
from policies.problems import nearest
from policies.release import Release


def choose(
    incident: Incident, level: str, *, reason: str, by: ledger.Actor, at: datetime
) -> SeverityOverride:
    """A level more severe than the policies compute holds at once, and until another is chosen. A
    less severe one waits for the approval of another person. The one that they compute ends what
    held. Returns what began, waits or ended. Raises Invalid for a level that the policies do not
    know, or none to end; WrongState for what is so already."""
    if not reason.strip():
        raise Invalid("Say why.")
    with transaction.atomic():
        incident = locks.changeable(incident)
        release = selectors.release_of(incident)
        computed = selectors.latest_decision(incident).severity
        _check(level, release)
        word = Word(level, computed, reason, people.behind(by))
        if level == computed:
            return _back(incident, release, word, by=by, at=at)
        ranks = release.severity.ranks
        if ranks[level] < ranks[computed]:
            row = overriding.hold(incident, word, by=by, at=at)
            because = f"A person set the severity to {level}."
            _again(incident, release, because, told=f"{because} {reason}", by=by, at=at)
            return row
        row = overriding.request(incident, word, by=by, at=at)
        calling.tell([_asked(row)], release=release, by=by, at=at)
        return row


def approve(
    row: SeverityOverride, *, note: str, by: ledger.Actor, at: datetime
) -> SeverityOverride:
    """The less severe level holds from here on. Raises NotAllowed for who asked, WrongState when it
    is decided, and Invalid where the policies compute a more severe level by now."""
    with transaction.atomic():
        row, incident, release = _held(row)
        person = separation.approver(by, system=incident.system)
        computed = selectors.latest_decision(incident).severity
        if overriding.is_over(row, computed, release):
            raise Invalid(
                f"The policies say {computed} by now, not {row.computed}: refuse it, and look anew."
            )
        overriding.approve(row, person=person, note=note, by=by, at=at)
        _again(incident, release, f"Two persons set the severity to {row.level}.", by=by, at=at)
        calling.tell([_decided(row, incident, release, at)], release=release, by=by, at=at)
    return row


def refuse(row: SeverityOverride, *, note: str, by: ledger.Actor, at: datetime) -> SeverityOverride:
    with transaction.atomic():
        row, incident, release = _held(row)
        person = separation.approver(by, system=incident.system)
        overriding.refuse(row, person=person, note=note, by=by, at=at)
        calling.tell([_decided(row, incident, release, at)], release=release, by=by, at=at)
    return row


def withdraw(
    row: SeverityOverride, *, note: str, by: ledger.Actor, at: datetime
) -> SeverityOverride:
    """Take back what waits; only who asked can."""
    with transaction.atomic():
        row, _, _ = _held(row)
        overriding.withdraw(row, person=people.behind(by), note=note, by=by, at=at)
    return row


def _back(
    incident: Incident, release: Release, word: Word, *, by: ledger.Actor, at: datetime
) -> SeverityOverride:
    """To what the policies compute."""
    row = selectors.override_in_force(incident)
    if row is None:
        raise WrongState("This is the severity that the policies compute; nobody has changed it.")
    overriding.end(row, reason=word.reason, person=word.person, by=by, at=at)
    _again(incident, release, "The severity of the policies holds again.", by=by, at=at)
    return row


def _check(level: str, release: Release) -> None:
    ranks = release.severity.ranks
    if level not in ranks:
        close = nearest(level, ranks)
        hint = f"Did you mean {close!r}?" if close else f"There are: {', '.join(ranks)}."
        raise Invalid(f"The policies have no severity {level[:40]!r}. {hint}")


def _again(
    incident: Incident,
    release: Release,
    because: str,
    *,
    told: str = "",
    by: ledger.Actor,
    at: datetime,
) -> None:
    told = told or because
    decisions.again(incident, release, because=because, told=told, by=by, at=at)


def _asked(row: SeverityOverride) -> Call:
    return Call(
        key=f"severity_override:{row.id}:requested",
        incident=row.incident,
        roles=separation.APPROVERS,
        headline=f"To decide: severity {row.level} instead of {row.computed}",
        because=f"Somebody asks for a lower severity. It stays as it is until another person "
        f"approves. Reason: {row.reason}",
    )


def _decided(row: SeverityOverride, incident: Incident, release: Release, at: datetime) -> Call:
    roles, leading = ladders.leading(incident, release, at)
    what = "Refused" if row.state == SeverityOverride.State.REFUSED else "Approved"
    return Call(
        key=f"severity_override:{row.id}:{row.state}",
        incident=incident,
        roles=tuple(dict.fromkeys((*roles, *separation.APPROVERS))),
        people=leading,
        headline=f"{what}: severity {row.level} instead of {row.computed}",
        because=f"{what}. {row.note}".strip(),
    )


def _held(row: SeverityOverride) -> tuple[SeverityOverride, Incident, Release]:
    incident = locks.changeable(row.incident)
    fresh = SeverityOverride.objects.select_related("incident").get(id=row.id)
    return fresh, incident, selectors.release_of(incident)
