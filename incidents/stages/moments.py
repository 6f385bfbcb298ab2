"""Recording when things happened that start clocks, and choosing which record of it counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from governance import bulk, ids
from governance.errors import Invalid
from governance.ledger import ledger
from incidents.candidates import Candidate
from incidents.errors import WrongState
from incidents.models import Incident, Moment, MomentChoice, MomentWithdrawal
from policies.problems import nearest
from policies.release import Release
from policies.reports import CLOCK_TOLERANCE


def record(
    incident: Incident,
    moments: Mapping[str, datetime],
    *,
    basis: str,
    source: str = "",
    decides: bool = True,
    by: ledger.Actor,
    at: datetime,
) -> bool:
    """Store candidates whose names and times are checked; whether one of them counts now. The first
    of a name counts in any case, later ones if they are to decide."""
    held = _held(incident)
    rows = _rows(incident, moments, basis=basis, source=source, by=by, at=at)
    pairs = [(row, held.get(row.name)) for row in rows if decides or row.name not in held]
    choices = [_choice(row, last, because=basis, by=by, at=at) for row, last in pairs]
    bulk.copy(rows)
    bulk.copy(choices)
    chosen = [_chosen(each, last) for each, (_, last) in zip(choices, pairs, strict=True)]
    ledger.append_all([*map(_recorded, rows), *chosen], by=by, at=at)
    return bool(choices)


def state(
    incident: Incident,
    moments: Mapping[str, datetime],
    *,
    basis: str,
    by: ledger.Actor,
    at: datetime,
) -> Sequence[Candidate]:
    """Store the moments that a report states of its new incident, each of which counts. `basis` is
    in the program's words, and the source is the incident's."""
    rows = _rows(incident, moments, basis=basis, source=incident.source, by=by, at=at)
    choices = [_choice(row, None, because=basis, by=by, at=at) for row in rows]
    bulk.copy(rows)
    bulk.copy(choices)
    recorded = [_recorded(row, stated=True) for row in rows]
    chosen = [_chosen(each, None, stated=True) for each in choices]
    ledger.append_all([*recorded, *chosen], by=by, at=at)
    return [Candidate(row, each, None) for row, each in zip(rows, choices, strict=True)]


def choose(moment: Moment, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """From here on this candidate counts. Raises WrongState when it does already, or was withdrawn.
    To be called with the incident locked."""
    last = _held(moment.incident).get(moment.name)
    if last is not None and last.moment_id == moment.id:
        raise WrongState(f"This record of {moment.name!r} counts already.")
    if MomentWithdrawal.objects.filter(moment=moment).exists():
        raise WrongState(f"This record of {moment.name!r} was withdrawn; record it anew.")
    choice = _choice(moment, last, because=because, by=by, at=at)
    choice.save(force_insert=True)
    ledger.append(_chosen(choice, last), by=by, at=at)


def withdraw(moment: Moment, *, because: str, by: ledger.Actor, at: datetime) -> None:
    """Mark a candidate as recorded by mistake. Raises WrongState when it was withdrawn before or is
    the one that counts: choose another first. To be called with the incident locked."""
    held = _held(moment.incident).get(moment.name)
    if held is not None and held.moment_id == moment.id:
        raise WrongState(
            f"This record of {moment.name!r} counts; choose or record another one first."
        )
    row, new = MomentWithdrawal.objects.get_or_create(
        moment=moment,
        defaults={
            "incident": moment.incident,
            "because": because,
            "withdrawn_by": str(by),
            "withdrawn_at": at,
        },
    )
    if not new:
        raise WrongState(f"This record of {moment.name!r} was withdrawn already.")
    event = ledger.Event(
        "moment.withdrawn",
        "moment",
        moment.id,
        row.incident_id,
        after={"name": moment.name, "at": moment.at},
        reason=because,
    )
    ledger.append(event, by=by, at=at)


def check(name: str, instant: datetime, *, release: Release, at: datetime) -> None:
    """Raises Invalid for a moment that the taxonomies do not know or that is still to come."""
    if name not in release.moments:
        close = nearest(name, release.moments)
        hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(release.moments)}."
        raise Invalid(f"There is no moment {name!r}. {hint}")
    if instant > at + CLOCK_TOLERANCE:
        raise Invalid(f"The moment {name!r} lies in the future; record what has happened.")


def _held(incident: Incident) -> dict[str, MomentChoice]:
    found = MomentChoice.objects.filter(incident=incident).holding().select_related("moment")
    return {choice.name: choice for choice in found}


def _rows(
    incident: Incident,
    moments: Mapping[str, datetime],
    *,
    basis: str,
    source: str,
    by: ledger.Actor,
    at: datetime,
) -> list[Moment]:
    return [
        Moment(
            id=ids.new(),
            incident=incident,
            name=name,
            at=instant,
            basis=basis,
            source=source[:250],
            recorded_at=at,
            recorded_by=str(by),
        )
        for name, instant in moments.items()
    ]


def _choice(
    moment: Moment, last: MomentChoice | None, *, because: str, by: ledger.Actor, at: datetime
) -> MomentChoice:
    return MomentChoice(
        id=ids.new(),
        incident_id=moment.incident_id,
        name=moment.name,
        number=last.number + 1 if last is not None else 1,
        moment=moment,
        because=because,
        chosen_by=str(by),
        chosen_at=at,
    )


def _recorded(row: Moment, *, stated: bool = False) -> ledger.Event:
    after = {"name": row.name, "at": row.at}
    said = {"source": row.source} if row.source else {}
    return ledger.Event(
        "moment.recorded",
        "moment",
        row.id,
        row.incident_id,
        after={**after, **said} if stated else after,
        reason="" if stated else row.basis,
        because=row.basis if stated else "",
        personal={} if stated else said,
    )


def _chosen(
    choice: MomentChoice, last: MomentChoice | None, *, stated: bool = False
) -> ledger.Event:
    """Which candidate counts, and which did until now."""
    moment = choice.moment
    return ledger.Event(
        "moment.chosen",
        "moment",
        moment.id,
        choice.incident_id,
        before={"moment": last.moment_id, "at": last.moment.at} if last is not None else None,
        after={"moment": moment.id, "at": moment.at, "name": moment.name, "number": choice.number},
        reason="" if stated else choice.because,
        because=choice.because if stated else "",
    )
