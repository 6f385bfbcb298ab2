"""How far the audit trail is sealed, and how far each witness can attest it: for the page of
checkpoints, and for one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext, ngettext

from governance.console import times
from governance.ledger import log, merkle
from governance.ledger.models import Checkpoint, Unsealed, Witnessed
from governance.witnesses import registry

#: The chart is so many units wide.
WIDTH: Final = 600
#: Of each witness, its latest receipts are looked at for gaps.
_LATEST: Final = 200
MOST_GAPS: Final = 5
#: Longer than so many of its intervals between two receipts is a gap.
_PATIENCE: Final = 3


@dataclass(frozen=True)
class Reach:
    """How far somebody has got, for a bar of `width`. `behind` are entries of which it has none."""

    title: str
    size: int
    behind: int
    width: int
    since: str
    said: str = ""
    tone: str = "good"


@dataclass(frozen=True)
class Gap:
    """A witness that got nothing for longer than it should have, though the log grew by
    `entries`. The next checkpoint that it got covers those, but bounds their times no closer."""

    witness: str
    began: datetime
    ended: datetime
    entries: int

    @property
    def length(self) -> str:
        return times.length(self.ended - self.began)


@dataclass(frozen=True)
class Coverage:
    reaches: Sequence[Reach]
    gaps: Sequence[Gap]
    witnesses: int


@dataclass(frozen=True)
class Link:
    """One checkpoint beside another; `proof` is how many hashes prove that the later one goes on
    from the earlier, None where they do not."""

    size: int
    at: datetime
    proof: int | None


def coverage(*, at: datetime) -> Coverage | None:
    """None while nothing is sealed."""
    newest = log.latest()
    if newest is None:
        return None
    unsealed = Unsealed.objects.count()
    total = newest.size + unsealed
    sealed = Reach(
        gettext("Sealed and signed"),
        newest.size,
        unsealed,
        _width(newest.size, total),
        times.distance(newest.at, now=at),
        "" if not unsealed else gettext("the rest is sealed within a second or two"),
        "good",
    )
    receipts = {name: _receipts(name) for name in registry.configured()}
    owed = {row.witness: row for row in Witnessed.objects.filter(state=Witnessed.State.OWED)}
    reaches = [_reach(name, receipts[name], owed.get(name), newest, total, at) for name in receipts]
    gaps = [gap for name, rows in receipts.items() for gap in _gaps(name, rows)]
    longest = sorted(gaps, key=lambda each: each.began - each.ended)[:MOST_GAPS]
    return Coverage([sealed, *reaches], longest, len(reaches))


def covering(size: int) -> Mapping[str, int]:
    """Witness → the smallest checkpoint of so many entries or more that it has: what attests them
    soonest."""
    rows = Witnessed.objects.filter(state=Witnessed.State.DONE, checkpoint_id__gte=size)
    named = rows.order_by("checkpoint_id").values_list("witness", "checkpoint_id")
    first, *others = [named.filter(witness=name)[:1] for name in registry.KINDS]
    return dict(first.union(*others))


def before(checkpoint: Checkpoint) -> Link | None:
    """The one before it, and whether this one goes on from there."""
    found = Checkpoint.objects.filter(size__lt=checkpoint.size).order_by("-size").first()
    return _link(found, found, checkpoint) if found is not None else None


def after(checkpoint: Checkpoint) -> Link | None:
    found = Checkpoint.objects.filter(size__gt=checkpoint.size).order_by("size").first()
    return _link(found, checkpoint, found) if found is not None else None


def proven(old: Checkpoint, new: Checkpoint) -> int | None:
    """By RFC 9162, 2.1.4: of the roots as they are signed and the tiles as they are stored."""
    try:
        path = merkle.consistency(old.size, new.size, log.nodes())
        roots = bytes.fromhex(old.root), bytes.fromhex(new.root)
        merkle.check_consistency(old.size, new.size, *roots, path)
    except (merkle.Unproven, LookupError, ValueError):
        return None
    return len(path)


def _link(shown: Checkpoint, old: Checkpoint, new: Checkpoint) -> Link:
    return Link(shown.size, shown.at, proven(old, new))


def _receipts(name: str) -> Sequence[Witnessed]:
    """The newest first, without what is large."""
    rows = Witnessed.objects.filter(witness=name, state=Witnessed.State.DONE)
    return list(rows.order_by("-checkpoint_id").only("witness", "checkpoint_id", "at")[:_LATEST])


def _reach(
    name: str,
    receipts: Sequence[Witnessed],
    owed: Witnessed | None,
    newest: Checkpoint,
    total: int,
    at: datetime,
) -> Reach:
    size = receipts[0].checkpoint_id if receipts else 0
    since = times.distance(receipts[0].at, now=at) if receipts and receipts[0].at else ""
    failing = owed is not None and bool(owed.last_error)
    said = _tried(owed) if owed and failing else ""
    tone = "bad" if failing else "good" if size else "warn"
    return Reach(
        gettext(registry.title(name)),
        size,
        newest.size - size,
        _width(size, total),
        since,
        said,
        tone,
    )


def _tried(owed: Witnessed) -> str:
    said = ngettext(
        "tried %(count)s time: %(error)s", "tried %(count)s times: %(error)s", owed.attempts
    )
    return said % {"count": owed.attempts, "error": owed.last_error}


def _gaps(name: str, receipts: Sequence[Witnessed]) -> Iterator[Gap]:
    longest: timedelta = registry.configured()[name].every * _PATIENCE
    for later, earlier in pairwise(receipts):
        if later.at is None or earlier.at is None:
            continue
        if later.at - earlier.at > longest:
            grown = later.checkpoint_id - earlier.checkpoint_id
            yield Gap(gettext(registry.title(name)), earlier.at, later.at, grown)


def _width(size: int, total: int) -> int:
    """A bar of something is never empty, and one that is not whole never looks so."""
    if not size:
        return 0
    return WIDTH if size >= total else max(2, min(WIDTH - 4, WIDTH * size // total))
