"""What to do next with a notice, and what that will do, before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.accounts.roles import ROLES
from governance.console import times
from incidents.clocks import UNFINISHED
from incidents.contents import Completeness
from incidents.models import Incident, Notice, NoticeRevision

State = Notice.State
Origin = NoticeRevision.Origin


@dataclass(frozen=True)
class Next:
    """`action` is the name of an action of the page, empty where nobody here has to do anything;
    `says` what it will do, and what to know before."""

    action: str
    title: str
    says: Sequence[str] = ()


def of(
    notice: Notice,
    found: Completeness,
    text: NoticeRevision,
    *,
    by_hand: bool,
    receipts: bool,
    judge: bool,
) -> Next:
    """`by_hand`: somebody has edited the text since it was last filled; `judge`: the viewer may
    approve it."""
    if notice.incident.state == Incident.State.CLOSED:
        return Next("", "The incident is closed", ["Nothing of it changes any more."])
    match notice.state:
        case State.DRAFT:
            return _draft(notice, found, by_hand=by_hand)
        case State.IN_REVIEW:
            return _review(notice, found, text, judge=judge)
        case State.APPROVED:
            return _leave(notice, found)
        case State.SENDING:
            return Next(
                "",
                f"On its way to {notice.sent_to}",
                ["The deadline is met once the mail server has taken it, and not before."],
            )
        case State.WITHDRAWN:
            return Next("", "Withdrawn", ["Draft another on the page of the deadline."])
    if receipts or notice.clock.receipt_number:
        return Next("", "Nothing is left to do", ["What left, and its receipt, are on record."])
    return Next(
        "attach",
        "Add the receipt",
        ["What proves that it arrived: the portal's confirmation, or the answer to the mail."],
    )


def _draft(notice: Notice, found: Completeness, *, by_hand: bool) -> Next:
    known = [item for item in found.items if item.state == "not_in_text"]
    if (known or found.changes) and not by_hand:
        return Next(
            "refresh",
            "Fill it anew: facts became known",
            [
                f"{_count(len(known) or len(found.changes), 'fact')} would come into the text. "
                "Nobody has edited it, so nothing is lost."
            ],
        )
    if not notice.approval_role:
        return _leave(notice, found)
    role = ROLES.get(notice.approval_role, notice.approval_role)
    says = [
        f"{role} is asked to judge exactly this text. Whoever wrote of it or asks for the review "
        "cannot approve it, and it cannot leave before somebody has."
    ]
    return Next("submit", "Submit it for review", [*_lacks(found), *says])


def _review(notice: Notice, found: Completeness, text: NoticeRevision, *, judge: bool) -> Next:
    role = ROLES.get(notice.approval_role, notice.approval_role)
    if not judge:
        whom = role or "somebody who may approve notices"
        return Next("", f"It waits for {whom}", ["Whoever wrote of it cannot approve it."])
    files = f" with {_count(len(text.enclosures), 'file')}" if text.enclosures else ""
    says = (
        f"You approve exactly text {text.number}{files}, SHA-256 {text.digest[:12]}… Whoever "
        "responds may then file or send it; one letter more ends the approval."
    )
    return Next("approve", "Approve it, or return it with a comment", [*_lacks(found), says])


def _leave(notice: Notice, found: Completeness) -> Next:
    clock = notice.clock
    if clock.state not in UNFINISHED:
        ended = f"The stage is {clock.get_state_display().lower()}; nothing is owed any more."
        return Next("", "It is not owed any more", [ended])
    when = times.utc(clock.legal_due)
    due = f", legally until {when}" if when else ""
    says = (
        f"File it yourself and state when, or let Bylaw send it by e-mail. The deadline{due} is "
        "then met at that time. It cannot be taken back."
    )
    return Next("file", "Let it leave", [*_lacks(found), says])


def _lacks(found: Completeness) -> list[str]:
    missing = len(found.missing)
    if not missing:
        return ["Everything that it must say is there."] if found.required else []
    are = "is" if missing == 1 else "are"
    return [
        f"{_count(missing, 'required item')} {are} still missing. It may go on without, and "
        "whoever lets it leave has to confirm that by name."
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
