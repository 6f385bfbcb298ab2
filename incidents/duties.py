"""The row of a duty: made from a decision, pinned to a policy, turned, and put into words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from governance import ids
from governance.ledger import ledger
from incidents import reasons
from incidents.models import Clock, Decision, Duty, Incident
from policies import releases
from policies.documents.obligation_policy import Stage
from policies.evaluation import DutyDecision
from policies.release import Release

ACTIVE: Final = (Duty.State.OPEN, Duty.State.UNDETERMINED)
#: The columns that the confirmation of a decision not to notify writes.
CONFIRMATION: Final = (
    "because",
    "confirmation",
    "confirm_by",
    "confirmed_at",
    "confirmed_by",
    "contested_at",
    "contested_by",
    "confirmation_note",
)
#: What a duty takes from the policy version that decided it.
PINNED: Final = (
    "decision",
    "policy",
    "policy_digest",
    "regime",
    "title",
    "citation",
    "recipient",
    "owner",
)


def make(incident: Incident, decided: DutyDecision, decision: Decision, *, at: datetime) -> Duty:
    """The row that a decision opens. The caller stores it."""
    state = state_of(decided)
    asked = state == Duty.State.UNDETERMINED
    duty = Duty(
        id=ids.new(),
        incident=incident,
        decision=decision,
        policy=decided.policy,
        policy_name=policy_name(decided),
        policy_digest=decided.policy_digest,
        regime=decided.regime[:250],
        duty=decided.duty.id,
        title=decided.duty.title[:500],
        citation=decided.duty.citation[:1000],
        recipient=decided.duty.recipient[:1000],
        owner=decided.duty.owner,
        state=state,
        shadow=decided.shadow,
        shadow_because=decided.shadow_because[:250],
        superseded_by=decided.superseded_by,
        missing=list(decided.missing),
        determine_by=at + decided.determine_within if asked else None,
        opened_at=at,
        closed_at=None if state in ACTIVE else at,
    )
    if state == Duty.State.NOT_APPLICABLE:
        ask_to_confirm(duty, by=at + decided.determine_within)
    return duty


def know(duty: Duty, clocks: Sequence[Clock]) -> None:
    """Give a duty all of its clocks, as fetching them would, where they have just been made."""
    found = duty.clocks.all()
    found._result_cache = list(clocks)
    found._prefetch_done = True  # type: ignore[attr-defined]
    duty._prefetched_objects_cache = {"clocks": found}  # type: ignore[attr-defined]


def state_of(decided: DutyDecision) -> Duty.State:
    if decided.outcome == "does_not_apply":
        return Duty.State.NOT_APPLICABLE
    if decided.superseded_by:
        return Duty.State.SUPERSEDED
    return Duty.State.OPEN if decided.outcome == "applies" else Duty.State.UNDETERMINED


def declined(decided: DutyDecision) -> bool:
    """Whether it is a decision not to notify: the duty of a regime that concerns the incident and
    binds us does not apply."""
    return decided.outcome == "does_not_apply" and decided.concerns and not decided.shadow


def ask_to_confirm(duty: Duty, *, by: datetime, because: str = "") -> None:
    """The duty was found not to apply. In shadow no law is declined, so there is nothing to
    confirm."""
    forget_confirmation(duty)
    duty.because = because[: reasons.LONGEST]
    if not duty.shadow:
        duty.confirmation, duty.confirm_by = Duty.Confirmation.UNCONFIRMED, by


def forget_confirmation(duty: Duty) -> None:
    """The duty applies or might after all; the trail keeps who had confirmed what."""
    duty.because = duty.confirmed_by = duty.contested_by = duty.confirmation_note = ""
    duty.confirmation = Duty.Confirmation.NOT_ASKED
    duty.confirm_by = duty.confirmed_at = duty.contested_at = None


def contested(duty: Duty) -> bool:
    """Whether a person holds against the policies that it applies."""
    return duty.confirmation == Duty.Confirmation.CONTESTED


def policy_name(decided: DutyDecision) -> str:
    return decided.policy.partition("/")[2].partition("@")[0]


def repin(duty: Duty, decided: DutyDecision, decision: Decision) -> ledger.Event:
    """The duty was decided under another version of its policy and takes its words."""
    before = {"policy": duty.policy, "policy_sha256": duty.policy_digest, "owner": duty.owner}
    now = make(duty.incident, decided, decision, at=duty.opened_at)
    for name in PINNED:
        setattr(duty, name, getattr(now, name))
    duty.save(update_fields=PINNED)
    return event("duty.repinned", duty, before)


def locked(incident: Incident) -> list[Duty]:
    """All of the incident, in the order in which everybody locks them."""
    found = incident.duties.select_related("decision").order_by("id")
    return list(found.select_for_update(of=("self",), no_key=True))


def turn(
    duty: Duty, state: Duty.State, *, closed_at: datetime | None, verb: str
) -> list[ledger.Event]:
    """Put the duty in another state, unless it has left the one it was read in."""
    before = {"state": duty.state}
    same = Duty.objects.filter(id=duty.id, state=duty.state)
    if not same.update(state=state, closed_at=closed_at):
        return []
    duty.state, duty.closed_at = state, closed_at
    return [event(verb, duty, before)]


def stages(duty: Duty, release: Release) -> tuple[Sequence[Stage], Release]:
    """The stages of the duty and the release that counts them: this one, or the one that the duty
    is pinned to when this one has another version of its policy, or none."""
    found = _defined(duty, release)
    if found is None:
        release = releases.pinned(duty.decision.release_id)
        found = _defined(duty, release)
    if found is None:
        raise LookupError(f"{duty.policy} has no duty {duty.duty!r}.")
    return found, release


def event(
    verb: str,
    duty: Duty,
    before: Mapping[str, object] | None,
    more: Mapping[str, object] | None = None,
    *,
    note: str = "",
) -> ledger.Event:
    """The entry of a change that has been made to the duty; `note` is in a person's words."""
    after = {
        "policy": duty.policy,
        "policy_sha256": duty.policy_digest,
        "duty": duty.duty,
        "state": duty.state,
        "owner": duty.owner,
        "shadow": duty.shadow,
        "missing": list(duty.missing),
        "determine_by": duty.determine_by,
        "superseded_by": duty.superseded_by,
        **_confirmation(duty),
        **(more or {}),
    }
    return ledger.Event(
        verb,
        "duty",
        duty.id,
        duty.incident_id,
        before,
        after,
        because=duty.citation,
        personal={"note": note} if note else {},
    )


def _confirmation(duty: Duty) -> dict[str, object]:
    if duty.confirmation == Duty.Confirmation.NOT_ASKED:
        return {}
    return {"confirmation": duty.confirmation, "confirm_by": duty.confirm_by}


def _defined(duty: Duty, release: Release) -> Sequence[Stage] | None:
    for document, policy in release.obligations:
        if document.identity == duty.policy:
            return next((each.stages for each in policy.duties if each.id == duty.duty), None)
    return None
