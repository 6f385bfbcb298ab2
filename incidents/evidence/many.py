"""The package of the incidents of a period, of all or of one regime."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from governance.ledger import log
from governance.ledger.models import Checkpoint
from incidents.evidence import additions, package, picture, proofs
from incidents.evidence.work import Work
from incidents.models import Clock, Decision, Duty, Incident


def incidents(scope: Mapping[str, Any]) -> QuerySet[Incident]:
    """Those that were reported in the period; of a regime, those for which it was looked at whether
    its duties apply and one did, or might."""
    since, until = (datetime.fromisoformat(scope[name]) for name in ("since", "until"))
    found = Incident.objects.filter(reported_at__gte=since, reported_at__lt=until)
    if regime := scope.get("regime"):
        found = found.filter(id__in=Duty.objects.filter(policy_name=regime).values("incident"))
    return found


def total(scope: Mapping[str, Any], _checkpoint: Checkpoint) -> int:
    """In incidents."""
    return incidents(scope).count()


def parts(work: Work) -> Iterator[str]:
    """One incident after the other, by key. Raises NotSealed, NoKey."""
    sizes: list[int] = work.bag.notes.setdefault("sizes", [])
    rest = incidents(work.scope).order_by("id").values_list("id", flat=True)
    cursor = work.bag.cursor
    while (id_ := _next(rest, cursor)) is not None:
        of = picture.take(id_, work.checkpoint)
        package.add_incident(work.bag, of)
        work.advance(1)
        if of.checkpoint.size not in sizes:
            sizes.append(of.checkpoint.size)
        cursor = str(id_)
        yield cursor
    _close(work, sizes)


def _next(ids: QuerySet[Incident, UUID], cursor: str) -> UUID | None:
    return (ids.filter(id__gt=cursor) if cursor else ids).first()


def _close(work: Work, sizes: list[int]) -> None:
    """Against the greatest checkpoint that a part of it was made against."""
    checkpoint = log.checkpoint(max([work.checkpoint.size, *sizes]))
    ids = incidents(work.scope).values("id")
    decided = Decision.objects.filter(incident__in=ids).order_by().values_list("release", flat=True)
    counted = Clock.objects.filter(incident__in=ids, release__isnull=False).order_by()
    releases = {*decided.distinct(), *counted.values_list("release", flat=True).distinct()}
    first = proofs.first_over(datetime.fromisoformat(work.scope["since"]))
    earlier = [log.checkpoint(size) for size in sizes]
    if first is not None and first.size <= checkpoint.size:
        earlier.append(first)
    earlier += additions.stamped(checkpoint, checkpoint.size)
    package.close(
        work.bag,
        work.label,
        releases=releases,
        checkpoint=checkpoint,
        earlier=earlier,
        said={"scope": dict(work.scope), "incidents": work.done},
    )
