"""Verifying the audit trail: asked for, followed and read."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import LEDGER_READ
from governance.console import actors, fields, labels, times
from governance.console.labels import Tone
from governance.console.making import MakingAdmin
from governance.ledger import verifications
from governance.ledger.ledger import Actor
from governance.ledger.models import Verification

#: A note ends with its signature lines; what follows is the next one.
_NOTE: Final = re.compile(r".+?\n\n(?:— [^\n]+\n)+", re.DOTALL)


#: On the page of one, so many others are listed; the list has all.
MOST_OTHERS: Final = 10


class VerificationForm(forms.Form):
    checkpoints = fields.lines(
        label=_("Checkpoints that were kept elsewhere"),
        longest=1_000_000,
        required=False,
        help_text=_(
            "Paste one or more, whole, with their signature lines. Each must be a beginning "
            "of the log as it is now; without one, a log that was rewritten as a whole agrees with "
            "itself."
        ),
    )
    keys = fields.lines(
        label=_("Verifier keys that you trust"),
        longest=20_000,
        required=False,
        help_text=_(
            "A line each, as you got them outside this service: name+hash+key. Without one, "
            "the keys are those that the log itself announces."
        ),
    )


@admin.register(Verification)
class VerificationAdmin(MakingAdmin[Verification]):
    needs = LEDGER_READ
    heading = _("Verifications")
    manual = "auditor#verifying-all-of-it"
    explains = _(
        "The whole audit trail against its hashes and signatures, and stored objects against the "
        "trail. Verifying changes nothing."
    )
    when_empty = _("Nobody has asked for one yet.")
    list_display = ("asked", "state_shown", "result", "entries", "who")
    list_display_links = ("asked",)
    page_template = "console/verification.html"
    making_form = VerificationForm
    making_title = _("Verify the audit trail")
    making_explains = _(
        "Every entry, tile, checkpoint and signature, then every stored incident, duty, deadline, "
        "decision, text and policy. A worker does it in the background."
    )

    def rows(self, request: HttpRequest) -> QuerySet[Verification]:
        return Verification.objects.defer("course")

    def prepare(self, rows: Sequence[Verification], request: HttpRequest) -> None:
        names = actors.names(row.requested_by for row in rows)
        for row in rows:
            row.asker = names.get(row.requested_by, "")  # type: ignore[attr-defined]

    def make(
        self, request: HttpRequest, form: VerificationForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        kept, trusted = notes(form.cleaned_data["checkpoints"]), form.cleaned_data["keys"].split()
        row = verifications.request(kept, trusted, by=by, at=at)
        return HttpResponseRedirect(reverse("admin:ledger_verification_change", args=[row.id]))

    @admin.display(description=_("Asked for"))
    def asked(self, row: Verification) -> SafeString:
        return times.stamp(row.requested_at)

    @admin.display(description=_("State"))
    def state_shown(self, row: Verification) -> SafeString:
        return _state(row)

    @admin.display(description=_("Result"))
    def result(self, row: Verification) -> SafeString | str:
        return _result(row)

    @admin.display(description=_("Entries"), empty_value="—")
    def entries(self, row: Verification) -> str | None:
        return None if row.size is None else f"{row.size:,}"

    @admin.display(description=_("By"))
    def who(self, row: Verification) -> str:
        return str(row.asker)  # type: ignore[attr-defined]

    def page(self, request: HttpRequest, obj: Verification) -> dict[str, Any]:
        return {
            "row": obj,
            "state": _state(obj),
            "result": _result(obj),
            "over": obj.finished_at is not None,
            "findings": obj.findings,
            "more": obj.wrong - len(obj.findings),
            "pairs": _pairs(obj),
            "percent": 100 * obj.done // obj.total if obj.total else 0,
            "earlier": _others(obj),
        }


def notes(text: str) -> list[str]:
    """The notes of a pasted text, one after the other, with empty lines between them or without;
    what is none is left as it is, to be refused."""
    whole = text.replace("\r\n", "\n").strip()
    if not whole:
        return []
    found = [each.lstrip("\n") for each in _NOTE.findall(f"{whole}\n")]
    return found or [whole]


_TONES: Final[dict[str, Tone]] = {
    Verification.State.WAITING: "plain",
    Verification.State.RUNNING: "info",
    Verification.State.FINISHED: "plain",
    Verification.State.FAILED: "bad",
}


def _state(row: Verification) -> SafeString:
    return labels.label(row.get_state_display(), _TONES[row.state])


def _result(row: Verification) -> SafeString | str:
    if row.wrong:
        return labels.label(gettext("%(wrong)s wrong") % {"wrong": f"{row.wrong:,}"}, "bad")
    return labels.label(gettext("Sound"), "good") if row.sound else ""


def _others(row: Verification) -> list[Mapping[str, object]]:
    """The latest besides this one: whether it was ever otherwise."""
    rows = Verification.objects.exclude(id=row.id).defer("course", "findings").order_by("-id")
    found = list(rows[:MOST_OTHERS])
    names = actors.names(each.requested_by for each in found)
    return [
        {
            "url": reverse("admin:ledger_verification_change", args=[each.id]),
            "at": times.stamp(each.requested_at),
            "state": _state(each),
            "result": _result(each),
            "entries": f"{each.size:,}" if each.size is not None else "",
            "took": _took(each),
            "by": names.get(each.requested_by, ""),
        }
        for each in found
    ]


def _took(row: Verification) -> str:
    return times.length(row.finished_at - row.requested_at) if row.finished_at else ""


def _pairs(row: Verification) -> list[tuple[str, object]]:
    kept = [each.split("\n", 2)[1] for each in row.kept]
    rows: list[tuple[str, object]] = [
        (gettext("Asked for"), times.stamp(row.requested_at)),
        (gettext("By"), actors.name(row.requested_by)),
        (gettext("Finished"), times.stamp(row.finished_at) if row.finished_at else ""),
        (gettext("Took"), _took(row)),
        (gettext("Entries"), f"{row.size:,}" if row.size is not None else ""),
        (gettext("Against checkpoints of"), ", ".join(kept)),
        (gettext("Trusting"), ", ".join(row.trusted)),
        (gettext("Error"), row.error),
    ]
    return [(name, value) for name, value in rows if value]
