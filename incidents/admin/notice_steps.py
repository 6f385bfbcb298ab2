"""The way of a notice from its draft to its receipt, with who took each step and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import role_titles, times
from governance.ledger.readings import Reading
from governance.translated import Text
from incidents.models import Attachment, Notice

State = Notice.State
Standing = Literal["done", "now", "ahead", "spared"]
WORDS: Final[Mapping[Standing, Text]] = {
    "done": _("done"),
    "now": _("now"),
    "ahead": _("to come"),
    "spared": _("not needed"),
}
_JUDGED: Final = frozenset({State.APPROVED, State.SENDING, State.SENT, State.FILED})
_GONE: Final = frozenset({State.SENT, State.FILED})


@dataclass(frozen=True)
class Step:
    """`who` and `when` say who took it; `note` what it waits for, or what became of it."""

    title: str
    standing: Standing
    who: str = ""
    when: SafeString = SafeString("")  # noqa: RUF009 - an empty text, and immutable
    note: str = ""

    @property
    def word(self) -> str:
        return str(WORDS[self.standing])


def of(
    notice: Notice,
    trail: Sequence[Reading],
    names: Mapping[str, str],
    receipts: Sequence[Attachment],
) -> Sequence[Step]:
    """`trail` is what happened to it, the latest first."""
    latest: dict[str, Reading] = {}
    for each in reversed(trail):
        latest[each.entry.verb] = each
    if notice.state == State.WITHDRAWN:
        return (_draft(notice, names), _withdrawn(latest, names))
    return (
        _draft(notice, names),
        _review(notice, latest, names),
        _approval(notice, names),
        _leaving(notice, latest, names),
        _receipt(notice, receipts, names),
    )


def _draft(notice: Notice, names: Mapping[str, str]) -> Step:
    return Step(
        gettext("Draft"),
        "now" if notice.state == State.DRAFT else "done",
        names.get(notice.drafted_by, ""),
        times.stamp(notice.drafted_at),
        gettext("Text %(revision)s") % {"revision": notice.revision},
    )


def _withdrawn(latest: Mapping[str, Reading], names: Mapping[str, str]) -> Step:
    return _taken(gettext("Withdrawn"), latest.get("notice.withdrawn"), names)


def _review(notice: Notice, latest: Mapping[str, Reading], names: Mapping[str, str]) -> Step:
    asked = latest.get("notice.submitted")
    if notice.state == State.DRAFT or asked is None:
        spared = not notice.approval_role
        return Step(gettext("Review"), "spared" if spared else "ahead")
    step = _taken(gettext("Review"), asked, names)
    return Step(
        step.title,
        "now" if notice.state == State.IN_REVIEW else "done",
        step.who,
        step.when,
        gettext("Asked for"),
    )


def _approval(notice: Notice, names: Mapping[str, str]) -> Step:
    role = role_titles.role(notice.approval_role)
    if notice.approved_at is not None:
        who, when = names.get(notice.approved_by, ""), times.stamp(notice.approved_at)
        return Step(
            gettext("Approval"),
            "done",
            who,
            when,
            gettext("Text %(revision)s") % {"revision": notice.revision},
        )
    if notice.state in _JUDGED or (not role and notice.state == State.DRAFT):
        return Step(gettext("Approval"), "spared")
    return Step(
        gettext("Approval"), "ahead", note=gettext("by %(role)s") % {"role": role} if role else ""
    )


def _leaving(notice: Notice, latest: Mapping[str, Reading], names: Mapping[str, str]) -> Step:
    titles = {State.FILED: gettext("Filed"), State.SENT: gettext("Sent")}
    title = titles.get(State(notice.state), gettext("Sent or filed"))
    if notice.state in _GONE:
        verb = "notice.filed" if notice.state == State.FILED else "notice.queued"
        step = _taken(title, latest.get(verb), names)
        return Step(title, "done", step.who, times.stamp(notice.left_at), _way(notice))
    if notice.state == State.SENDING:
        step = _taken(gettext("Being sent"), latest.get("notice.queued"), names)
        to = gettext("to %(sent_to)s") % {"sent_to": notice.sent_to}
        return Step(step.title, "now", step.who, step.when, to)
    return Step(title, "now" if notice.state == State.APPROVED else "ahead")


def _way(notice: Notice) -> str:
    return gettext("%(channel)s, to %(sent_to)s") % {
        "channel": notice.channel,
        "sent_to": notice.sent_to,
    }


def _receipt(notice: Notice, receipts: Sequence[Attachment], names: Mapping[str, str]) -> Step:
    number = notice.clock.receipt_number if notice.state in _GONE else ""
    if receipts:
        last = receipts[-1]
        who, when = names.get(last.added_by, ""), times.stamp(last.added_at)
        return Step(gettext("Receipt"), "done", who, when, number or last.name)
    if number:
        return Step(gettext("Receipt"), "done", note=number)
    return Step(gettext("Receipt"), "now" if notice.state in _GONE else "ahead", note="")


def _taken(title: str, reading: Reading | None, names: Mapping[str, str]) -> Step:
    if reading is None:
        return Step(title, "done")
    who, when = names.get(reading.entry.actor, ""), times.stamp(reading.entry.at)
    return Step(title, "done", who, when)
