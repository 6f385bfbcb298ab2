"""What to do next with a notice, and what that will do, before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from governance.console import role_titles, times
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
        return Next(
            "", gettext("The incident is closed"), [gettext("Nothing of it changes any more.")]
        )
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
                gettext("On its way to %(sent_to)s") % {"sent_to": notice.sent_to},
                [gettext("The deadline is met once the mail server has taken it, and not before.")],
            )
        case State.WITHDRAWN:
            return Next(
                "", gettext("Withdrawn"), [gettext("Draft another on the page of the deadline.")]
            )
    if receipts or notice.clock.receipt_number:
        return Next(
            "",
            gettext("Nothing is left to do"),
            [gettext("What left, and its receipt, are on record.")],
        )
    return Next(
        "attach",
        gettext("Add the receipt"),
        [
            gettext(
                "What proves that it arrived: the portal's confirmation, or the answer to the mail."
            )
        ],
    )


def _draft(notice: Notice, found: Completeness, *, by_hand: bool) -> Next:
    known = [item for item in found.items if item.state == "not_in_text"]
    number = len(known) or len(found.changes)
    if number and not by_hand:
        return Next(
            "refresh",
            gettext("Fill it anew: facts became known"),
            [
                ngettext(
                    "%(number)s fact would come into the text. Nobody has edited it, so nothing is "
                    "lost.",
                    "%(number)s facts would come into the text. Nobody has edited it, so nothing "
                    "is lost.",
                    number,
                )
                % {"number": number}
            ],
        )
    if not notice.approval_role:
        return _leave(notice, found)
    role = role_titles.role(notice.approval_role)
    says = gettext(
        "%(role)s is asked to judge exactly this text. Whoever wrote of it or asks for the review "
        "cannot approve it, and it cannot leave before somebody has."
    ) % {"role": role}
    return Next("submit", gettext("Submit it for review"), [*_lacks(found), says])


def _review(notice: Notice, found: Completeness, text: NoticeRevision, *, judge: bool) -> Next:
    role = role_titles.role(notice.approval_role)
    if not judge:
        whom = role or gettext("somebody who may approve notices")
        says = gettext("Whoever wrote of it cannot approve it.")
        return Next("", gettext("It waits for %(whom)s") % {"whom": whom}, [says])
    says = gettext(
        "You approve exactly %(text)s, SHA-256 %(digest)s… Whoever responds may then file or send "
        "it; one letter more ends the approval."
    ) % {"text": _named(text), "digest": text.digest[:12]}
    title = gettext("Approve it, or return it with a comment")
    return Next("approve", title, [*_lacks(found), says])


def _named(text: NoticeRevision) -> str:
    files = len(text.enclosures)
    if not files:
        return gettext("text %(number)s") % {"number": text.number}
    return ngettext(
        "text %(number)s with %(files)s file", "text %(number)s with %(files)s files", files
    ) % {"number": text.number, "files": files}


def _leave(notice: Notice, found: Completeness) -> Next:
    clock = notice.clock
    if clock.state not in UNFINISHED:
        ended = gettext("State of the stage: %(state)s. Nothing is owed any more.") % {
            "state": clock.get_state_display()
        }
        return Next("", gettext("It is not owed any more"), [ended])
    return Next(
        "file", gettext("Let it leave"), [*_lacks(found), _leaves(times.utc(clock.legal_due))]
    )


def _leaves(when: str) -> str:
    """`when` the deadline ends by law, empty where the law names no date."""
    if not when:
        return gettext(
            "File it yourself and state when, or let Bylaw send it by e-mail. The deadline is then "
            "met at that time. It cannot be taken back."
        )
    return gettext(
        "File it yourself and state when, or let Bylaw send it by e-mail. The deadline, legally "
        "until %(when)s is then met at that time. It cannot be taken back."
    ) % {"when": when}


def _lacks(found: Completeness) -> list[str]:
    missing = len(found.missing)
    if not missing:
        return [gettext("Everything that it must say is there.")] if found.required else []
    return [
        ngettext(
            "%(missing)s required item is still missing. It may go on without, and whoever lets it "
            "leave has to confirm that by name.",
            "%(missing)s required items are still missing. It may go on without, and whoever lets "
            "it leave has to confirm that by name.",
            missing,
        )
        % {"missing": missing}
    ]
