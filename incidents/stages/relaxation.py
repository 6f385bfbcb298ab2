"""What a duty loses only when its incident is reassessed: that it binds, or its policy itself.

New facts never relax a duty. A newer policy may, where its approver chose that open incidents
follow it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from governance.ledger import ledger
from incidents import duties, timers, timetable
from incidents.models import Duty, Incident, Timer
from incidents.models.timer import WAITS
from incidents.timetable import Changes
from policies.evaluation import Decision as Decided
from policies.evaluation import DutyDecision

UNKNOWN = "No policy in force has this duty any more."
#: The time to confirm that a duty which no policy knows any more is not owed.
CONFIRM_WITHIN: Final = timedelta(hours=24)
#: What a duty in shadow does not say.
_BINDING = (
    Timer.Kind.AT_RISK,
    Timer.Kind.OVERDUE,
    Timer.Kind.QUESTION,
    Timer.Kind.SUPERSEDED,
)


def follow(
    incident: Incident, decided: Decided, *, because: str, by: ledger.Actor, at: datetime
) -> Sequence[Duty]:
    """Close the duties that the decision does not know, and put those in shadow whose law does not
    bite by it. Returns the duties that this changed. To be called after the duties were reconciled
    with `decided`."""
    known = {(duties.policy_name(each), each.duty.id): each for each in decided.duties}
    changes = Changes()
    changed = []
    rows = incident.duties.exclude(state=Duty.State.FULFILLED).order_by("id")
    for duty in rows.select_for_update(no_key=True):
        each = known.get((duty.policy_name, duty.duty))
        if each is None and duty.state in duties.ACTIVE and not duties.contested(duty):
            _withdraw(duty, changes, because=because, at=at)
            changed.append(duty)
        elif each is not None and each.shadow and not duty.shadow:
            _enter_shadow(duty, each, changes, at=at)
            changed.append(duty)
    changes.store(by=by, at=at)
    return changed


def _withdraw(duty: Duty, changes: Changes, *, because: str, at: datetime) -> None:
    before = {"state": duty.state, "missing": list(duty.missing)}
    duty.state, duty.closed_at = Duty.State.NOT_APPLICABLE, at
    duty.missing, duty.determine_by = [], None
    duties.ask_to_confirm(duty, by=at + CONFIRM_WITHIN, because=f"{UNKNOWN} {because}")
    changes.declined.append(duty)
    duty.save(update_fields=["state", "closed_at", "missing", "determine_by", *duties.CONFIRMATION])
    timetable.cancel(duty.clocks.order_by("id"), changes, because=UNKNOWN, at=at)
    timers.cancel(duty.timers.all(), because=UNKNOWN, at=at)
    more = {"because": f"{UNKNOWN} {because}"}
    changes.events.append(duties.event("duty.found_not_applicable", duty, before, more))


def _enter_shadow(duty: Duty, decided: DutyDecision, changes: Changes, *, at: datetime) -> None:
    duty.shadow, duty.shadow_because = True, decided.shadow_because[:250]
    duty.save(update_fields=["shadow", "shadow_because"])
    waits = Q(kind=Timer.Kind.REMINDER, step__startswith=WAITS)
    binding = duty.timers.filter(Q(kind__in=_BINDING) | waits)
    timers.cancel(binding, because=decided.shadow_because, at=at)
    more = {"because": decided.shadow_because}
    changes.events.append(duties.event("duty.entered_shadow", duty, {"shadow": False}, more))
