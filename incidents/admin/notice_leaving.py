"""Filing a notice by hand, and sending it, on its page."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import clock as time
from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import clocks, contents, correspondence
from incidents.admin.notice_actions import seen, uploaded
from incidents.models import Attachment, Incident, Notice
from incidents.stages.filing import Filing

State = Notice.State


class _LeavingForm(forms.Form):
    """With what was missing when the page was shown, which whoever sends it must confirm."""

    def __init__(self, notice: Notice, data: Any = None, files: Any = None) -> None:
        missing = list(contents.of(notice).missing)
        shown = json.dumps(missing, ensure_ascii=False)
        if data is not None and data.get("missing") != shown:
            data = data.copy()  # a tick is for the list that stood beside it, and for no later one
            data.pop("incomplete", None)
        super().__init__(data, files)
        self.fields["seen"] = seen(notice)
        self.fields["missing"] = forms.JSONField(
            required=False, initial=missing, widget=fields.Shown(shown)
        )
        if missing:
            listed = format_html_join("", "<li>{}</li>", ((each,) for each in missing))
            self.fields["incomplete"] = fields.confirmation(
                label=gettext("It leaves although this is missing"),
                help_text=format_html('<ul class="by-bullets">{}</ul>', listed),
            )

    def clean_missing(self) -> list[str]:
        found = self.cleaned_data["missing"]
        return [str(each) for each in found] if isinstance(found, list) else []


class FilingForm(_LeavingForm):
    submitted_at = fields.InstantField(label=_("When it was filed"))
    sent_to = fields.text(label=_("To whom"), longest=500)
    channel = fields.text(
        label=_("Portal or channel"),
        longest=80,
        help_text=_("Web form, registered mail, telephone …"),
    )
    receipt_number = fields.text(
        label=_("Receipt number"),
        longest=120,
        required=False,
        help_text=_("What proves that it arrived."),
    )
    receipt = fields.file(label=_("Receipt"), required=False, help_text=_("A file, kept as it is."))
    note = fields.lines(label=_("Note"), longest=4000, required=False)

    def __init__(self, notice: Notice, data: Any = None, files: Any = None) -> None:
        super().__init__(notice, data, files)
        if files:  # which no browser keeps
            self.fields["receipt"].help_text = gettext("Choose the file again.")
        self.initial["sent_to"] = notice.clock.recipient[:500]
        there = times.local(time.now(), notice.clock.zone)
        if there:
            self.fields["submitted_at"].help_text = gettext(
                "Where the deadline counts it is %(there)s now."
            ) % {"there": there}


class _Leave(Action[Notice]):
    needs = INCIDENTS_RESPOND

    def possible(self, notice: Notice) -> bool:
        ready = notice.state == State.APPROVED
        ready = ready or (notice.state == State.DRAFT and not notice.approval_role)
        owed = notice.clock.state in clocks.UNFINISHED
        return ready and owed and notice.incident.state != Incident.State.CLOSED


class File(_Leave):
    name = "file"
    label = _("Mark as filed")
    explains = _(
        "You have filed exactly this text yourself. The deadline is then met, at the time that you "
        "state. This cannot be taken back."
    )
    prominent = True

    def form(self, notice: Notice, data: Any = None) -> FilingForm:
        return FilingForm(notice, data)

    def filled(self, notice: Notice, request: HttpRequest) -> FilingForm:
        return FilingForm(notice, request.POST, request.FILES)

    def run(self, notice: Notice, form: FilingForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        names = ("submitted_at", "sent_to", "channel", "receipt_number", "note")
        receipt = given["receipt"]
        purpose = Attachment.Purpose.RECEIPT
        correspondence.file(
            notice,
            Filing(**{name: given[name] for name in names}),
            receipts=[uploaded(receipt, purpose=purpose)] if receipt else [],
            seen=given["seen"],
            confirmed=given["missing"],
            by=by,
            at=at,
        )
        return gettext("Recorded as filed; the deadline is met.")


class SendingForm(_LeavingForm):
    to = fields.text(label=_("E-mail address"), longest=254)


class Send(_Leave):
    name = "send"
    label = _("Send by e-mail")
    explains = _(
        "Bylaw sends exactly this text and tries again until the mail server takes it; the "
        "deadline is met then, and not before. Enclosed files are named with their SHA-256."
    )

    def form(self, notice: Notice, data: Any = None) -> SendingForm:
        return SendingForm(notice, data)

    def run(self, notice: Notice, form: SendingForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        to, seen_, confirmed = given["to"], given["seen"], given["missing"]
        correspondence.send(notice, to, seen=seen_, confirmed=confirmed, by=by, at=at)
        return gettext(
            "It is on its way to %(to)s. The deadline is met once the mail server has it."
        ) % {"to": to}
