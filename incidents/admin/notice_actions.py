"""Writing a notice and judging it, on its page."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance import canonical
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import correspondence, notices
from incidents.models import Attachment, Incident, Notice
from incidents.papers import LONGEST_BODY, LONGEST_SUBJECT
from incidents.stages.attaching import Upload
from incidents.stages.drafting import Tick

State = Notice.State
_TEXT: Final = " ".join([*widgets.TEXTAREA_CLASSES, "by-letter"])


def seen(notice: Notice) -> forms.IntegerField:
    """The text that the page showed."""
    shown = fields.Shown(notice.revision)
    return forms.IntegerField(min_value=1, initial=notice.revision, widget=shown)


class _Writing(Action[Notice]):
    needs = INCIDENTS_RESPOND

    def possible(self, notice: Notice) -> bool:
        return notice.editable and notice.incident.state != Incident.State.CLOSED


# --- the text ----------------------------------------------------------------------------------


class TextForm(forms.Form):
    """`seen` is the text that was edited, also when the form comes back; `over` the one in whose
    place a person puts the own one, having seen both."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput())
    over = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput())
    subject = fields.text(label=_("Subject"), longest=LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "class": _TEXT}),
    )
    enclosures = fields.some_of(label=_("Enclosed files"), choices=[])

    def __init__(self, notice: Notice, data: Any = None) -> None:
        text = notices.current(notice)
        kept = [str(each["id"]) for each in text.enclosures]
        initial = {
            "seen": notice.revision,
            "subject": text.subject,
            "body": text.body,
            "enclosures": kept,
        }
        super().__init__(data, initial=initial)
        choices = [(str(each.id), each.name) for each in _enclosable(notice, kept)]
        chosen = self.fields["enclosures"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = choices
        if not choices:
            del self.fields["enclosures"]


def _enclosable(notice: Notice, kept: list[str]) -> list[Attachment]:
    files = notice.incident.attachments.filter(purpose=Attachment.Purpose.ENCLOSURE)
    asked = notice.incident.attachments.filter(id__in=kept)
    return list((files | asked).order_by("id"))


class Edit(_Writing):
    name = "edit"
    label = _("Save")
    placed = True

    def possible(self, notice: Notice) -> bool:
        """Always: what somebody typed comes back with the reason, and is not thrown away."""
        return True

    def form(self, notice: Notice, data: Any = None) -> TextForm:
        return TextForm(notice, data)

    def run(self, notice: Notice, form: TextForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        edited = correspondence.edit(
            notice,
            subject=given["subject"],
            body=given["body"],
            enclosures=[UUID(each) for each in given.get("enclosures", [])],
            seen=given["over"] or given["seen"],
            by=by,
            at=at,
        )
        if edited.revision == notice.revision:
            return gettext("Nothing differs, so nothing was saved.")
        return gettext("Saved as text %(revision)s.") % {"revision": edited.revision}


class SeenForm(forms.Form):
    def __init__(self, notice: Notice, data: Any = None) -> None:
        super().__init__(data)
        self.fields["seen"] = seen(notice)


class RefreshForm(SeenForm):
    replace = fields.confirmation(label=_("Put it in the place of the present text"))


class Refresh(_Writing):
    name = "refresh"
    label = _("Fill anew from the facts")
    explains = _(
        "The template is filled with the facts as they are now. What was edited is no longer in "
        "the text; it stays under the former texts. An approval ends."
    )

    def form(self, notice: Notice, data: Any = None) -> RefreshForm:
        return RefreshForm(notice, data)

    def run(self, notice: Notice, form: RefreshForm, *, by: Actor, at: datetime) -> str:
        fresh = correspondence.refresh(notice, seen=form.cleaned_data["seen"], by=by, at=at)
        return gettext("Filled anew as text %(revision)s.") % {"revision": fresh.revision}


# --- what it must say --------------------------------------------------------------------------


class CoverageForm(forms.Form):
    """Each item by its name, for the list may be another by now: `shown` were on the page,
    `covered` of them are ticked, and `where(name)` says in which part of the text."""

    def __init__(self, notice: Notice, data: Any = None) -> None:
        super().__init__(data)
        self.shown, self.covered = _named("shown", data), _named("covered", data)
        for name in self.shown:
            self.fields[where(name)] = forms.CharField(required=False, max_length=200)

    def ticks(self) -> list[Tick]:
        given = self.cleaned_data
        return [Tick(name, name in self.covered, given[where(name)]) for name in self.shown]


def where(name: str) -> str:
    """The field for the place of an item, whose name may be long and of several lines."""
    return f"where_{canonical.digest(name)[:16]}"


def _named(field: str, data: Any) -> list[str]:
    """Browsers end a line their own way."""
    given: list[str] = data.getlist(field) if data is not None else []
    return [name.replace("\r\n", "\n") for name in given]


class Cover(_Writing):
    name = "cover"
    label = _("Save the list")
    placed = True

    def form(self, notice: Notice, data: Any = None) -> CoverageForm:
        return CoverageForm(notice, data)

    def run(self, notice: Notice, form: CoverageForm, *, by: Actor, at: datetime) -> str:
        correspondence.cover(notice, form.ticks(), by=by, at=at)
        return gettext("The list is saved.")


# --- files -------------------------------------------------------------------------------------


class FileForm(forms.Form):
    file = fields.file(label=_("File"))
    purpose = fields.one_of(label=_("What it is for"), choices=list(Attachment.Purpose.choices))

    def __init__(self, data: Any = None, files: Any = None, *, gone: bool = False) -> None:
        super().__init__(data, files)
        if gone:  # what comes after it left is most often its receipt
            self.initial["purpose"] = Attachment.Purpose.RECEIPT


class Attach(Action[Notice]):
    name = "attach"
    label = _("Add a file")
    explains = _(
        "One that goes with the notice is named in its text with its SHA-256, and so ends an "
        "approval. A file cannot be removed from the record."
    )
    needs = INCIDENTS_RESPOND

    def possible(self, notice: Notice) -> bool:
        return notice.incident.state != Incident.State.CLOSED

    def form(self, notice: Notice, data: Any = None) -> FileForm:
        return FileForm(data, gone=notice.left_at is not None)

    def filled(self, notice: Notice, request: HttpRequest) -> FileForm:
        return FileForm(request.POST, request.FILES)

    def run(self, notice: Notice, form: FileForm, *, by: Actor, at: datetime) -> str:
        upload = uploaded(form.cleaned_data["file"], purpose=form.cleaned_data["purpose"])
        added, new = correspondence.attach(notice.incident, upload, notice=notice, by=by, at=at)
        return (
            gettext("%(name)s is added.") % {"name": added.name}
            if new
            else gettext("%(name)s was there already.") % {"name": added.name}
        )


def uploaded(file: Any, *, purpose: str) -> Upload:
    return Upload(file.name or "", file.content_type or "", file.read(), purpose)


# --- review ------------------------------------------------------------------------------------


class Submit(_Writing):
    name = "submit"
    label = _("Submit for review")
    explains = _("Somebody who has written nothing of it judges it.")
    prominent = True

    def possible(self, notice: Notice) -> bool:
        return super().possible(notice) and notice.state == State.DRAFT

    def run(self, notice: Notice, form: forms.Form, *, by: Actor, at: datetime) -> str:
        correspondence.submit(notice, by=by, at=at)
        return gettext("It is in review; whoever may approve it finds it on the home page.")


class Approve(Action[Notice]):
    name = "approve"
    label = _("Approve this text")
    explains = _(
        "Exactly this text and its files. If one letter changes, it needs another approval."
    )
    needs = INCIDENTS_APPROVE
    prominent = True

    def possible(self, notice: Notice) -> bool:
        return notice.state == State.IN_REVIEW and notice.incident.state != Incident.State.CLOSED

    def form(self, notice: Notice, data: Any = None) -> SeenForm:
        return SeenForm(notice, data)

    def run(self, notice: Notice, form: SeenForm, *, by: Actor, at: datetime) -> str:
        correspondence.approve(notice, seen=form.cleaned_data["seen"], by=by, at=at)
        return gettext("You have approved text %(revision)s.") % {"revision": notice.revision}


class CommentForm(forms.Form):
    comment = fields.lines(label=_("What should change"), longest=4000)


class Return(Action[Notice]):
    name = "return"
    label = _("Return with a comment")
    explains = _("It becomes a draft again; an approval ends.")
    needs = INCIDENTS_APPROVE

    def possible(self, notice: Notice) -> bool:
        judged = notice.state in {State.IN_REVIEW, State.APPROVED}
        return judged and notice.incident.state != Incident.State.CLOSED

    def form(self, notice: Notice, data: Any = None) -> CommentForm:
        return CommentForm(data)

    def run(self, notice: Notice, form: CommentForm, *, by: Actor, at: datetime) -> str:
        correspondence.give_back(notice, comment=form.cleaned_data["comment"], by=by, at=at)
        return gettext("It is returned to its editors.")


class WithdrawForm(forms.Form):
    reason = fields.text(label=_("Reason"), longest=1000)


class Withdraw(_Writing):
    name = "withdraw"
    label = _("Withdraw")
    explains = _("It will not leave. Its texts are kept, and another can be drafted.")

    def form(self, notice: Notice, data: Any = None) -> WithdrawForm:
        return WithdrawForm(data)

    def run(self, notice: Notice, form: WithdrawForm, *, by: Actor, at: datetime) -> str:
        reason = form.cleaned_data["reason"]
        correspondence.withdraw(notice, reason=reason, by=by, at=at)
        return gettext("It is withdrawn.")
