"""Which incidents are to be decided anew because versions came into force.

Rows are the schedule: a run for each instant from which a version holds whose approver chose to
reassess open incidents, and in it a row for each incident. What a killed process left is found
again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from governance import canonical, ids
from governance.ledger import ledger
from incidents import selectors
from incidents.models import Decision, Incident, Reassessment, ReassessmentRun
from policies import releases
from policies.models import PolicyReview, Release

#: How long a run waits before it looks for its incidents, so that reports which were being judged
#: under the release before have been stored and are found.
SETTLE: Final = timedelta(seconds=10)
_CHUNK: Final = 1000


def unfinished(*, at: datetime) -> Sequence[ReassessmentRun]:
    """The unfinished runs, the earliest first; begins those that are due. One query when there is
    nothing to do."""
    begun_before = ReassessmentRun.objects.filter(finished_at__isnull=True).order_by()
    begun = ReassessmentRun.objects.filter(effective_at=OuterRef("effective_from"))
    new = _chosen().filter(~Exists(begun), effective_from__lte=at).order_by()
    due = set(new.values_list("effective_from").union(begun_before.values_list("effective_at")))
    if not due:
        return []
    instants = [instant for (instant,) in due if instant is not None]
    ReassessmentRun.objects.bulk_create(
        [ReassessmentRun(id=ids.new(), effective_at=each, began_at=at) for each in instants],
        ignore_conflicts=True,
    )
    found = ReassessmentRun.objects.filter(effective_at__in=instants, finished_at__isnull=True)
    return list(found.order_by("effective_at"))


def expand(run: ReassessmentRun, *, by: ledger.Actor, at: datetime) -> bool:
    """Give every incident that the run concerns its row, a chunk a transaction; whether all have
    theirs now. Another process that does the same is left to it."""
    if run.expanded_at is None and at < run.began_at + SETTLE:
        return False
    while run.expanded_at is None:
        with transaction.atomic():
            held = ReassessmentRun.objects.select_for_update(skip_locked=True, no_key=True)
            found = held.filter(id=run.id).first()
            if found is None:
                return False
            run = found
            if run.expanded_at is None:
                _expand(run, by=by, at=at)
    return True


def waiting(run: ReassessmentRun, *, at: datetime, limit: int) -> Sequence[UUID]:
    """The rows to try now, without a lock: `claim` decides who does which."""
    rows = selectors.to_reassess(at=at).filter(run=run).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])


def finish(run: ReassessmentRun, *, by: ledger.Actor, at: datetime) -> None:
    """Close the run once nothing of it waits; of several processes one does."""
    if run.reassessments.filter(state__in=Reassessment.WAITING).exists():
        return
    with transaction.atomic():
        same = ReassessmentRun.objects.filter(
            id=run.id, expanded_at__isnull=False, finished_at__isnull=True
        )
        if same.update(finished_at=at):
            event = ledger.Event(
                "reassessment.finished", "reassessment_run", run.id, after=selectors.reassessed(run)
            )
            ledger.append(event, by=by, at=at)


def retry(run: ReassessmentRun, *, by: ledger.Actor, at: datetime) -> int:
    """Somebody mended the cause: try what failed at the next tick. Returns how many those are."""
    with transaction.atomic():
        count = run.reassessments.filter(state=Reassessment.State.FAILED).update(retry_at=at)
        event = ledger.Event(
            "reassessment.hastened", "reassessment_run", run.id, after={"incidents": count}
        )
        ledger.append(event, by=by, at=at)
    return count


# --- rows --------------------------------------------------------------------------------------


def _chosen() -> QuerySet[PolicyReview]:
    """Approvals that ask for reassessment and were not taken back. Tests decide nothing."""
    taken_back = PolicyReview.objects.filter(
        version=OuterRef("version"), act=PolicyReview.Act.UNSCHEDULED, id__gt=OuterRef("id")
    )
    return PolicyReview.objects.filter(
        ~Exists(taken_back),
        act=PolicyReview.Act.APPROVED,
        reassess=PolicyReview.Reassess.OPEN_INCIDENTS,
    ).exclude(version__kind__in=releases.NOT_MEMBERS)


def _expand(run: ReassessmentRun, *, by: ledger.Actor, at: datetime) -> None:
    reviews = list(_chosen().filter(effective_from=run.effective_at).select_related("version"))
    versions = [review.version_id for review in reviews]
    rows = list(_concerned(run, versions)[:_CHUNK]) if versions else []
    Reassessment.objects.bulk_create(
        [Reassessment(id=ids.new(), run=run, incident_id=id_) for id_ in rows],
        ignore_conflicts=True,
    )
    if len(rows) == _CHUNK:
        return
    run.causes, run.expanded_at = [_cause(review) for review in reviews], at
    run.save(update_fields=["causes", "expanded_at"])
    after = {
        "effective_at": run.effective_at,
        "causes": run.causes,
        "incidents": run.reassessments.count(),
    }
    event = ledger.Event("reassessment.began", "reassessment_run", run.id, after=after)
    ledger.append(event, by=by, at=at)


def _concerned(run: ReassessmentRun, versions: Sequence[UUID]) -> QuerySet[Incident, UUID]:
    """The open incidents that were reported before the instant, or after it and decided without
    these versions all the same, because the approval was not stored yet."""
    known = Release.objects.filter(members__overlap=list(versions))
    under = Decision.objects.filter(
        incident=OuterRef("id"), release__in=list(known.values_list("digest", flat=True))
    )
    listed = run.reassessments.filter(incident=OuterRef("id"))
    found = Incident.objects.exclude(state=Incident.State.CLOSED).filter(
        Q(reported_at__lt=run.effective_at) | ~Exists(under), ~Exists(listed)
    )
    return found.order_by("id").values_list("id", flat=True)


def _cause(review: PolicyReview) -> dict[str, str]:
    return {
        "version": str(review.version),
        "digest": review.digest,
        "review": str(review.id),
        "approved_by": review.person,
        "approved_at": canonical.instant(review.at),
    }
