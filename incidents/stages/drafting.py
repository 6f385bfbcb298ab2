"""A notice from its first text to its approval. Whoever wrote of it or asked for its review never
approves it, whichever door or key they come by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from governance import canonical, english
from governance.accounts import people
from governance.accounts.roles import INCIDENTS_APPROVE, ROLES
from governance.errors import Conflict, Invalid, NotAllowed
from governance.ledger import ledger
from incidents import clocks, notices, papers
from incidents.drawing import Drawn
from incidents.errors import WrongState
from incidents.models import Clock, Decision, Notice, NoticeRevision

State = Notice.State
Origin = NoticeRevision.Origin
_UNAPPROVED: Final = {"approved_by": "", "approved_at": None, "approved_digest": ""}


def draft(
    clock: Clock, drawn: Drawn, *, decision: Decision, by: ledger.Actor, at: datetime
) -> Notice:
    """Begin the notice of a stage that is owed or may come to be. Raises WrongState when the stage
    is over, Conflict when it has a notice already."""
    clock.refresh_from_db()
    if clock.state not in clocks.UNFINISHED:
        raise WrongState(f"This stage is {english.label(clock)}; nothing is owed.")
    if (found := notices.live(clock)) is not None:
        raise Conflict(
            f"This stage has a notice already, which is {english.label(found)}.",
            extra={"notice": str(found.id)},
        )
    notice = Notice.objects.create(
        incident_id=clock.incident_id,
        duty_id=clock.duty_id,
        clock=clock,
        editors=[people.behind(by)],
        drafted_by=str(by),
        drafted_at=at,
        **drawn.columns,
    )
    notices.add(notice, drawn.paper, origin=Origin.DRAFTED, decision=decision, by=by, at=at)
    ledger.append(notices.event("notice.drafted", notice, None), by=by, at=at)
    return notice


def edit(notice: Notice, paper: papers.Paper, *, seen: int, by: ledger.Actor, at: datetime) -> bool:
    """Save another text; the same one changes nothing. An approved or submitted notice is a draft
    again. Raises Overtaken when somebody saved one since `seen`."""
    before = notices.current(notice)
    notices.refuse_overtaken(notice, seen)
    if notice.editable and notices.paper(before) == paper:
        return False
    former = notice.state
    notices.rewrite(
        notice, paper, seen=seen, origin=Origin.EDITED, decision=before.drawn_from, by=by, at=at
    )
    ledger.append(notices.event("notice.edited", notice, former), by=by, at=at)
    return True


def refresh(
    notice: Notice, drawn: Drawn, *, seen: int, decision: Decision, by: ledger.Actor, at: datetime
) -> None:
    """Fill the template anew from the facts as they are. What was edited is lost to the present
    text and stays in the former ones; what is enclosed stays enclosed."""
    kept = notices.paper(notices.current(notice)).enclosures
    former = notice.state
    notices.rewrite(
        notice,
        papers.Paper(drawn.paper.subject, drawn.paper.body, kept),
        seen=seen,
        origin=Origin.REFRESHED,
        decision=decision,
        by=by,
        at=at,
        **drawn.columns,
    )
    ledger.append(notices.event("notice.refreshed", notice, former), by=by, at=at)


@dataclass(frozen=True)
class Tick:
    """Whether a required item is covered, and in which part of the text."""

    item: str
    covered: bool
    where: str = ""


def cover(notice: Notice, ticks: Iterable[Tick], *, by: ledger.Actor, at: datetime) -> None:
    """Say of required items that the text covers them, or does not. Raises Invalid for an item that
    the stage does not require."""
    if not notice.editable:
        raise WrongState(f"This notice is {english.label(notice)}.")
    coverage, changed = dict(notice.coverage), {}
    for tick in ticks:
        if tick.item not in notice.clock.content:
            raise Invalid(f"This stage does not require {tick.item[:200]!r}.")
        stands = coverage.pop(tick.item, None)
        if tick.covered and stands is not None and stands["where"] == tick.where:
            coverage[tick.item] = stands
            continue
        if tick.covered:
            coverage[tick.item] = {
                "where": tick.where,
                "by": str(by),
                "at": canonical.instant(at),
                "revision": notice.revision,
            }
        if tick.covered or stands is not None:
            changed[tick.item] = tick.where if tick.covered else None
    if not changed:
        return
    former = notices.move(notice, *Notice.WRITABLE, to=State(notice.state), coverage=coverage)
    event = notices.event("notice.covered", notice, former, personal={"items": changed})
    ledger.append(event, by=by, at=at)


def submit(notice: Notice, *, by: ledger.Actor, at: datetime) -> None:
    """Ask another person to approve it."""
    editors = sorted({*notice.editors, people.behind(by)})
    former = notices.move(notice, State.DRAFT, to=State.IN_REVIEW, editors=editors, comment="")
    ledger.append(notices.event("notice.submitted", notice, former), by=by, at=at)


def approve(notice: Notice, *, seen: int, by: ledger.Actor, at: datetime) -> None:
    """Approve exactly the text `seen`. Raises NotAllowed for one who may not, Overtaken when the
    text is another by now."""
    person = approver(notice, by)
    notices.refuse_overtaken(notice, seen)
    former = notices.move(
        notice,
        State.IN_REVIEW,
        to=State.APPROVED,
        approved_by=person,
        approved_at=at,
        approved_digest=notices.current(notice).digest,
    )
    event = notices.event("notice.approved", notice, former, approved_by=person)
    ledger.append(event, by=by, at=at)


def give_back(notice: Notice, *, comment: str, by: ledger.Actor, at: datetime) -> None:
    """Return it to its editors with a reason, from review or after an approval that turned out too
    early. Whoever may approve it may; so may nobody else."""
    approver(notice, by)
    former = notices.move(
        notice, State.IN_REVIEW, State.APPROVED, to=State.DRAFT, comment=comment, **_UNAPPROVED
    )
    ledger.append(notices.event("notice.returned", notice, former, comment), by=by, at=at)


def withdraw(notice: Notice, *, reason: str, by: ledger.Actor, at: datetime) -> None:
    """End a notice that will not leave; the stage may have another. Its texts are kept."""
    former = notices.move(notice, *Notice.WRITABLE, to=State.WITHDRAWN, comment=reason)
    ledger.append(notices.event("notice.withdrawn", notice, former, reason), by=by, at=at)


def approver(notice: Notice, by: ledger.Actor) -> str:
    """The person who judges the notice. Raises NotAllowed unless it is one who may, has the role
    that its policy wants, and is none of the editors."""
    system = notice.incident.system
    person = people.allowed(by, INCIDENTS_APPROVE, act="approves notices", system=system)
    wanted = notice.approval_role
    if wanted and wanted not in people.roles(person, system):
        raise NotAllowed(f"Its policy wants the approval of: {ROLES.get(wanted, wanted)}.")
    found = f"user:{person.id}"
    if found in notice.editors:
        raise NotAllowed("You wrote of this notice or asked for its review. Another must judge it.")
    return found
