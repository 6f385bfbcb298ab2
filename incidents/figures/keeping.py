"""Figures for whoever asks: of few incidents counted on the spot, of many kept, and counted in the
background when they are too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from governance.errors import Conflict
from incidents.figures import counted
from incidents.figures.counted import Counted
from incidents.figures.period import Grouping, few
from incidents.figures.question import USUAL, Question
from incidents.models import KeptFigures

State = KeptFigures.State
#: So many incidents, of the period and of the one before, are counted on the spot.
AT_ONCE: Final = 2_000
#: So long what was counted is shown as it is; longer where counting takes more than a tenth of it.
FRESH: Final = timedelta(minutes=5)
_SHARE: Final = 10
#: Since when somebody must have looked for the usual page to be counted before it is asked for.
LOOKED_AT: Final = timedelta(days=1)
#: What nobody looked at for so long is dropped.
KEPT: Final = timedelta(days=7)
#: So many questions wait at most, besides the usual one: each may take its time with everybody's
#: database.
MOST_WAITING: Final = 20
_NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Found:
    """`figures` are None where they are still to be counted; `row` is None where they were counted
    on the spot, and are no older than the look at them. `refused`: too many questions wait."""

    figures: Counted | None
    row: KeptFigures | None = None
    refused: bool = False

    @property
    def waits(self) -> bool:
        """Whether figures, or newer ones, will come by themselves."""
        return self.row is not None and not self.row.over


def find(question: Question, named: Grouping, *, at: datetime) -> Found:
    """The figures, called as `named` has it. Where there are none, or old ones, newer ones are
    asked for. Raises Invalid."""
    row = _row(question)
    if row is None and few(question.period(at), most=AT_ONCE):
        return Found(counted.read(counted.count(question, at=at), named, at=at))
    if row is None:
        if question.key != USUAL.key and _waiting() >= MOST_WAITING:
            return Found(None, refused=True)
        row = _asked(question, at=at)
    _noted(row, at=at)
    if _due(row, at=at):
        row = _asked_anew(row, State(row.state), at=at)
    if row.figures is None or row.as_of is None:
        return Found(None, row)
    return Found(counted.read(row.figures, named, at=row.as_of), row)


def ask_again(question: Question, *, at: datetime) -> None:
    """Have counted what could not be. Raises Conflict where that is no more so."""
    row = _row(question)
    if row is None or row.state != State.FAILED:
        raise Conflict("These figures did not fail, or are being counted again already.")
    _asked_anew(row, State.FAILED, at=at)


def is_old(row: KeptFigures, *, at: datetime) -> bool:
    if row.counted_at is None or row.took is None:
        return True
    return at - row.counted_at >= max(FRESH, _SHARE * row.took)


def _due(row: KeptFigures, *, at: datetime) -> bool:
    """Whether they are to be counted without anybody saying so. What failed under an older version
    has no time at which to try again, and is tried at once."""
    if row.state == State.FAILED:
        return row.lease_until is None or row.lease_until <= at
    return row.state == State.COUNTED and is_old(row, at=at)


def keep_fresh(*, at: datetime) -> None:
    """Have the usual page counted anew when it is old, as long as people look at it."""
    looked = KeptFigures.objects.filter(key=USUAL.key, wanted_at__gt=at - LOOKED_AT)
    row = looked.defer("figures", "parts").first()
    if row is not None and _due(row, at=at):
        _asked_anew(row, State(row.state), at=at)


def forget(*, before: datetime) -> int:
    """Drop what nobody looked at since."""
    unused = KeptFigures.objects.filter(wanted_at__lt=before)
    return unused.exclude(state=State.RUNNING).delete()[0]


def _row(question: Question) -> KeptFigures | None:
    return KeptFigures.objects.filter(key=question.key).first()


def _waiting() -> int:
    return KeptFigures.objects.filter(state__in=KeptFigures.ACTIVE).count()


def _asked(question: Question, *, at: datetime) -> KeptFigures:
    """Of several who ask at the same time, one does."""
    row = KeptFigures(key=question.key, question=question.as_dict(), wanted_at=at, requested_at=at)
    KeptFigures.objects.bulk_create([row], ignore_conflicts=True)
    return KeptFigures.objects.get(key=row.key)


def _asked_anew(row: KeptFigures, state: State, *, at: datetime) -> KeptFigures:
    """Of several who find it old at the same time, one does."""
    same = KeptFigures.objects.filter(key=row.key, state=state, counted_at=row.counted_at)
    same.update(state=State.WAITING, requested_at=at, attempts=0, error="", lease_until=None)
    return KeptFigures.objects.get(key=row.key)


def _noted(row: KeptFigures, *, at: datetime) -> None:
    if at - row.wanted_at >= _NOTED_EVERY:
        KeptFigures.objects.filter(key=row.key, wanted_at__lt=at).update(wanted_at=at)
