"""One act on some versions: locked, checked against their status, recorded in both trails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from governance import english, ids
from governance.accounts import people
from governance.errors import Conflict
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from policies.models import PolicyReview, PolicyVersion

Act = PolicyReview.Act
Status = PolicyVersion.Status
_VERBS: Final[Mapping[str, str]] = {
    Act.SUBMITTED: "policy.submitted",
    Act.WITHDRAWN: "policy.withdrawn",
    Act.COMMENTED: "policy.commented",
    Act.REJECTED: "policy.rejected",
    Act.APPROVED: "policy.approved",
    Act.UNSCHEDULED: "policy.unscheduled",
    Act.RETIREMENT_ASKED: "policy.retirement_asked",
    Act.RETIREMENT_CANCELLED: "policy.retirement_cancelled",
    Act.RETIRED: "policy.retired",
}


@dataclass(frozen=True)
class Said:
    """What an act says beside who and when."""

    comment: str = ""
    effective_from: datetime | None = None
    effective_until: datetime | None = None
    reassess: str = ""
    impact: Mapping[str, object] | None = None


def held(versions: Sequence[PolicyVersion], *statuses: Status) -> list[PolicyVersion]:
    """The rows of `versions` as they are now, locked in the order of their ids until the end of the
    transaction. Raises Conflict when one is in another status than `statuses`."""
    rows = list(
        PolicyVersion.objects.select_for_update()
        .filter(id__in=[version.id for version in versions])
        .order_by("id")
    )
    if not rows or len(rows) != len({version.id for version in versions}):
        raise Conflict("There is no such version any more, or none was named.")
    for row in rows:
        if row.status not in statuses:
            words = " or ".join(status.label.lower() for status in statuses)
            raise Conflict(f"{row} is {english.label(row, 'status')}, not {words}.")
    return rows


def move(version: PolicyVersion, to: Status, **fields: object) -> None:
    """Change a held version's status. Raises Conflict when it is no longer where it was."""
    moved = PolicyVersion.objects.filter(
        id=version.id, status=version.status, revision=version.revision
    ).update(status=to, **fields)
    if not moved:
        raise Conflict(f"{version} was changed at the same time; look at it again.")


def record(
    versions: Sequence[PolicyVersion], act: Act, said: Said, *, by: Actor, at: datetime
) -> list[PolicyReview]:
    """Write a review row and a ledger entry for each, of one change set. `versions` are the rows as
    they were before the act; what they became is read anew."""
    change_set, person = ids.new(), people.behind(by)
    now = PolicyVersion.objects.in_bulk([version.id for version in versions])
    reviews = [
        PolicyReview(
            version=now[version.id],
            change_set=change_set,
            act=act,
            by=str(by),
            person=person,
            at=at,
            revision=now[version.id].revision,
            digest=version.digest,
            text_digest=version.text_digest,
            text=version.text if act == Act.SUBMITTED else "",
            comment=said.comment,
            effective_from=said.effective_from,
            effective_until=said.effective_until,
            reassess=said.reassess,
            impact=dict(said.impact) if said.impact is not None else None,
        )
        for version in versions
    ]
    PolicyReview.objects.bulk_create(reviews)
    ledger.append_all(
        [_event(version, now[version.id], act, said) for version in versions], by=by, at=at
    )
    return reviews


def note(
    verb: str,
    version: PolicyVersion,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """A ledger entry for a change that is no act of review: drafting, editing, discarding."""
    event = ledger.Event(verb, "policy_version", version.id, None, before, after, reason)
    ledger.append(event, by=by, at=at)


def state(version: PolicyVersion) -> dict[str, object]:
    """A version as ledger entries show it."""
    return {
        "identity": str(version),
        "status": version.status,
        "revision": version.revision,
        "digest": version.digest,
        "text_digest": version.text_digest,
        "effective_from": version.effective_from,
        "effective_until": version.effective_until,
    }


def _event(old: PolicyVersion, new: PolicyVersion, act: Act, said: Said) -> ledger.Event:
    more: dict[str, object] = {}
    if said.effective_from is not None and new.effective_from is None:
        more["asked_from"] = said.effective_from
    if said.reassess:
        more |= {"approved_by": new.approved_by, "reassess": said.reassess, "impact": said.impact}
    if act in {Act.RETIREMENT_ASKED, Act.RETIRED, Act.RETIREMENT_CANCELLED}:
        more |= {"retire_at": said.effective_until}
    return ledger.Event(
        _VERBS[act],
        "policy_version",
        old.id,
        before=state(old),
        after={**state(new), **more},
        reason=said.comment,
    )
