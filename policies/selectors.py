"""What an officer and an approver look at: who has to do what, and what was said and decided.

in_standing(standing, at=)       versions of one standing, as rows
awaiting()                       versions in review, oldest submission first
reviews(version)                 every act on it, oldest first
submitted_text(version, n)       the text of its n-th submission, byte for byte
submission(version)              the last submission, with the day its author asks for
together(version)                the versions in review of the same change set, itself included
replaces(version, at=)           the version that it would end, were it in force from `at`
may(version, by, at=)            the acts that this actor may do on it now
retirements()                    versions whose retirement waits for a second person
"""

from datetime import datetime

from django.db.models import F, Max, Q, QuerySet

from governance.accounts import people
from governance.accounts.roles import POLICIES_APPROVE, POLICIES_WRITE
from governance.errors import NotFound
from governance.ledger.ledger import Actor
from policies.models import PolicyReview, PolicyVersion, Standing

Act = PolicyReview.Act


def in_standing(standing: str, *, at: datetime) -> QuerySet[PolicyVersion]:
    """The versions that stand so at `at`; must agree with `PolicyVersion.standing`."""
    return PolicyVersion.objects.filter(stands(Standing(standing), at))


def stands(standing: Standing, at: datetime) -> Q:
    match standing:
        case Standing.DRAFT | Standing.IN_REVIEW:
            return Q(status=standing.value)
        case Standing.SCHEDULED:
            return Q(effective_from__gt=at)
        case Standing.RETIRED:
            return Q(effective_from__lte=at, effective_until__lte=at)
        case Standing.IN_FORCE:
            endless = Q(effective_until__isnull=True) | Q(effective_until__gt=at)
            return endless & Q(effective_from__lte=at)


def awaiting() -> QuerySet[PolicyVersion]:
    """Versions in review; `submitted_at` is when the last submission came."""
    rows = PolicyVersion.objects.filter(status=PolicyVersion.Status.IN_REVIEW)
    last = Max("reviews__at", filter=Q(reviews__act=Act.SUBMITTED))
    return rows.annotate(submitted_at=last).order_by("submitted_at", "kind", "name")


def retirements() -> QuerySet[PolicyVersion]:
    """Versions whose retirement somebody asked for and nobody agreed to, soonest first."""
    asked = PolicyVersion.objects.filter(retire_at__isnull=False, effective_until__isnull=True)
    return asked.order_by("retire_at")


def reviews(version: PolicyVersion) -> QuerySet[PolicyReview]:
    return version.reviews.order_by("id")


def submission(version: PolicyVersion) -> PolicyReview | None:
    return version.reviews.filter(act=Act.SUBMITTED).order_by("id").last()


def asked_from(version: PolicyVersion) -> datetime | None:
    """The day that the last submission asks for; None is as soon as it is approved."""
    last = submission(version)
    return last.effective_from if last is not None else None


def submitted_text(version: PolicyVersion, revision: int) -> PolicyReview:
    """The submission whose text everything said of that revision refers to. Raises NotFound."""
    found = version.reviews.filter(act=Act.SUBMITTED, revision=revision).first()
    if found is None:
        raise NotFound(f"{version} was submitted {version.revision} times.")
    return found


def together(version: PolicyVersion) -> list[PolicyVersion]:
    last = submission(version)
    if last is None or version.status != PolicyVersion.Status.IN_REVIEW:
        return [version]
    fellows = PolicyVersion.objects.filter(
        status=PolicyVersion.Status.IN_REVIEW,
        reviews__act=Act.SUBMITTED,
        reviews__change_set=last.change_set,
        reviews__revision=F("revision"),  # the last submission of each
    )
    return sorted({*fellows, version}, key=str)


def replaces(version: PolicyVersion, *, at: datetime) -> PolicyVersion | None:
    same = PolicyVersion.objects.filter(kind=version.kind, name=version.name)
    return same.filter(stands(Standing.IN_FORCE, at)).exclude(id=version.id).first()


def may(version: PolicyVersion, by: Actor, *, at: datetime) -> frozenset[str]:
    """The names of the functions that would not refuse this actor on this version now, for doors
    that show only what can be done. The functions decide; this only foretells."""
    person = people.person(by)
    if person is None:
        return frozenset()
    own = people.behind(by) in version.authors
    asked = version.retire_asked_by == people.behind(by)
    found: set[str] = set()
    standing = version.standing(at)
    if POLICIES_WRITE in person.scopes:
        found |= _writer(version, standing, own=own)
    if POLICIES_APPROVE in person.scopes:
        found |= _approver(version, standing, own=own, asked=asked)
    if asked and version.retire_at is not None and not version.retired_by:
        found.add("cancel")
    return frozenset(found)


def _writer(version: PolicyVersion, standing: Standing, *, own: bool) -> set[str]:
    match standing:
        case Standing.DRAFT if version.revision:
            return {"edit", "submit", "comment"}
        case Standing.DRAFT:
            return {"edit", "submit"} | ({"discard"} if own else set())
        case Standing.IN_REVIEW:
            return {"comment", "withdraw"} if own else {"comment"}
        case Standing.IN_FORCE | Standing.SCHEDULED:
            open_end = version.effective_until is None and version.retire_at is None
            return {"comment", "ask"} if open_end else {"comment"}
        case Standing.RETIRED:
            return {"comment"}


def _approver(version: PolicyVersion, standing: Standing, *, own: bool, asked: bool) -> set[str]:
    found: set[str] = set()
    if standing == Standing.IN_REVIEW and not own:
        found |= {"approve", "reject"}
    if standing == Standing.SCHEDULED:
        found.add("unschedule")
    if version.retire_at is not None and standing != Standing.RETIRED:
        found.add("cancel")
        if not version.retired_by and not asked:
            found.add("agree")
    return found
