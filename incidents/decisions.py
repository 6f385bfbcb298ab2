"""Applying policies again to what is known of an incident: duties, clocks and people follow.

Two occasions. New facts are judged under the release that the incident is pinned to, and never
relax a duty. A reassessment pins the incident to another release, which may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from governance.ledger import ledger
from incidents import differences, facts, selectors
from incidents.models import Clock, Decision, Duty, Incident
from incidents.previews import Effect
from incidents.stages import (
    calling,
    classification,
    dispensations,
    escalation,
    intake,
    obligations,
    overriding,
    relaxation,
    waivers,
)
from policies import releases, reports
from policies.evaluation import Decision as Decided
from policies.release import Release

NEW_FACTS: Final = "New facts were recorded and the policies were applied again."

NEW_POLICIES: Final = (
    "Policies came into force, and open incidents follow them, as was chosen at their approval."
)

BY_HAND: Final = "The incident was reassessed by hand under the policies in force."


def again(
    incident: Incident,
    release: Release,
    *,
    because: str,
    told: str = NEW_FACTS,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Decide on what is known now, under the release that the incident is pinned to. `told` says
    why to those who hear of it."""
    applied = _apply(incident, release, former=release, because=because, by=by, at=at)
    headline = "New facts open duties" if applied.opened else "New facts bring deadlines closer"
    _tell(incident, applied, release, headline=headline, because=told, by=by, at=at)


def anew(
    incident: Incident,
    release: Release,
    *,
    former: Release,
    because: str,
    told: str = NEW_POLICIES,
    by: ledger.Actor,
    at: datetime,
) -> Decision:
    """Decide under another release than until now, `former`: its policies hold for the incident
    from here on, where they ask less, too. `told` says why to those who hear of it. The caller pins
    the release."""
    applied = _apply(incident, release, former=former, relax=True, because=because, by=by, at=at)
    headline = "New policies change duties"
    _tell(incident, applied, release, headline=headline, because=told, by=by, at=at)
    return applied.decision


def catch_up(
    incident: Incident, *, because: str, told: str, by: ledger.Actor, at: datetime
) -> Effect:
    """Pin the release in force and decide anew under it, with the facts as they are; what that
    did."""
    members = releases.members_at(at)
    release = releases.usable(members)
    releases.pin(release, members, at=at)
    last, before = selectors.latest_decision(incident), differences.picture(incident)
    former = releases.pinned(last.release_id)
    decision = anew(incident, release, former=former, because=because, told=told, by=by, at=at)
    changes = differences.between(before, differences.picture(incident))
    return Effect(last, decision, changes, reports.check(incident.report, release, at=at))


def recount(
    incident: Incident, release: Release, *, because: str, by: ledger.Actor, at: datetime
) -> Sequence[Clock]:
    """Count the clocks on what is known now; returns those that began, moved or ended."""
    return obligations.restart_clocks(
        incident,
        release=release,
        facts=facts.of_incident(incident, release),
        starts=facts.starts(incident),
        because=because,
        by=by,
        at=at,
    )


@dataclass(frozen=True)
class _Applied:
    """What a decision did. `opened` are duties that are newly owed or asked about, `hurried` others
    with a deadline that came closer."""

    decision: Decision
    raised: bool
    opened: Sequence[Duty]
    hurried: Sequence[Duty]


def _apply(
    incident: Incident,
    release: Release,
    *,
    former: Release,
    relax: bool = False,
    because: str,
    by: ledger.Actor,
    at: datetime,
) -> _Applied:
    old, dues = incident.severity, _dues(incident)
    decided, decision, opened = _decide(incident, release, because=because, by=by, at=at)
    if relax:
        relaxation.follow(incident, decided, because=because, by=by, at=at)
    moved = recount(incident, release, because=because, by=by, at=at)
    if incident.severity != old or _steps(incident, former) != _steps(incident, release):
        outranks = _outranks(incident, old, release, former)
        escalation.change_ladder(incident, release=release, outranks=outranks, by=by, at=at)
    raised = _rank(incident.severity, release, former) < _rank(old, release, former)
    return _Applied(decision, raised, opened, _hurried(moved, dues, opened))


def _tell(
    incident: Incident,
    applied: _Applied,
    release: Release,
    *,
    headline: str,
    because: str,
    by: ledger.Actor,
    at: datetime,
) -> None:
    """Tell of what is asked more than before; what is asked less is on the record only."""
    if not (applied.raised or applied.opened or applied.hurried):
        return
    dispensations.review_again(waivers.of(incident), at=at)
    call = escalation.again(
        incident,
        [*applied.opened, *applied.hurried],
        raised=applied.raised,
        occasion=applied.decision.id,
        release=release,
        at=at,
        headline=headline,
        because=because,
    )
    escalation.hasten(calling.tell([call], release=release, by=by, at=at), at=at)


def _decide(
    incident: Incident, release: Release, *, because: str, by: ledger.Actor, at: datetime
) -> tuple[Decided, Decision, Sequence[Duty]]:
    before = incident.severity
    known = facts.of_incident(incident, release)
    override = selectors.override_in_force(incident)
    decided, decision = classification.classify(
        incident,
        release,
        facts=known,
        because=because,
        at=at,
        override=lambda computed: overriding.effective(override, computed, release),
    )
    incident.save(update_fields=[*intake.DESCRIBED, *classification.CLASSIFIED])
    classification.keep(decision, decided, before=before, by=by, at=at)
    if override is not None and overriding.is_over(override, decision.severity, release):
        said = f"The policies say {decision.severity} by now."
        overriding.end(override, because=said, person=str(by), by=by, at=at)
    opened = obligations.reconcile(
        incident,
        decided,
        decision,
        release=release,
        facts=known,
        starts=facts.starts(incident),
        by=by,
        at=at,
    )
    return decided, decision, opened


def _dues(incident: Incident) -> Mapping[UUID, datetime]:
    running = incident.clocks.filter(state=Clock.State.RUNNING, conservative_due__isnull=False)
    found = running.order_by().values_list("id", "conservative_due")
    return {id_: due for id_, due in found if due is not None}


def _hurried(
    moved: Sequence[Clock], dues: Mapping[UUID, datetime], told: Sequence[Duty]
) -> list[Duty]:
    """The duties with a deadline that came closer, but for those that are told of anyway."""
    known = {duty.id for duty in told}
    closer = {
        clock.duty_id: clock.duty
        for clock in moved
        if clock.state == Clock.State.RUNNING
        and clock.conservative_due is not None
        and clock.conservative_due < dues.get(clock.id, clock.conservative_due)
    }
    return [duty for id_, duty in closer.items() if id_ not in known]


def _steps(incident: Incident, release: Release) -> object:
    """The ladder of the incident's severity; None where the release does not know that."""
    response = release.escalation.levels.get(incident.severity)
    if response is None:
        return None
    return response.steps, response.repeat, response.outside and response.outside.steps


def _outranks(incident: Incident, old: str, release: Release, former: Release) -> bool:
    """Whether the severity is above the one that was acknowledged. One that neither release knows
    any more counts for nothing."""
    taken = incident.acknowledged_severity or old
    known = [each.id for severity in (release, former) for each in severity.severity.levels]
    return taken not in known or _rank(incident.severity, release, former) < _rank(
        taken, release, former
    )


def _rank(level: str, release: Release, former: Release) -> int:
    """0 is the most severe. A level that only the former policies know keeps its number there."""
    known = [each.id for each in release.severity.levels]
    return known.index(level) if level in known else former.severity.rank(level)
