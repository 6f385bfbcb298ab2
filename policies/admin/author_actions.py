"""What authors do: submit, take back, comment, throw away. Each calls the function of its name."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import POLICIES_WRITE
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from policies import approvals, drafts
from policies.admin.action_forms import CommentForm, NoteForm, comment, named, several, with_others
from policies.models import PolicyVersion

_MOST_DRAFTS: Final = 100


class SubmissionForm(forms.Form):
    effective_from = fields.InstantField(
        label=_("To come into force at"),
        required=False,
        help_text=_("Empty: as soon as it is approved. The approver has the last word."),
    )
    comment = comment(_("What changes, and why"))

    def __init__(self, version: PolicyVersion, data: Any = None) -> None:
        super().__init__(data)
        drafts_ = PolicyVersion.objects.filter(status=PolicyVersion.Status.DRAFT)
        others = list(drafts_.exclude(id=version.id).defer("text")[:_MOST_DRAFTS])
        if others:
            said = gettext("One change set: linted, tested and shown to the approver together.")
            self.fields["together"] = several(gettext("Together with these drafts"), others, said)


class Submit(Action[PolicyVersion]):
    name = "submit"
    label = _("Submit for review")
    explains = _(
        "The text is fixed from then on, and somebody who did not write it approves or rejects it. "
        "It needs to be free of problems, and every policy test must pass with it."
    )
    needs = POLICIES_WRITE
    prominent = True

    def form(self, version: PolicyVersion, data: Any = None) -> SubmissionForm:
        return SubmissionForm(version, data)

    def run(self, version: PolicyVersion, form: SubmissionForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        found = approvals.submit(
            with_others(version, given.get("together", ())),
            by=by,
            at=at,
            effective_from=given["effective_from"],
            comment=given["comment"],
        )
        return gettext("Submitted: %(named)s. Somebody else must approve now.") % {
            "named": named(found)
        }


class Withdraw(Action[PolicyVersion]):
    name = "withdraw"
    label = _("Withdraw")
    explains = _("It is a draft again and can be changed. What was submitted stays on record.")
    needs = POLICIES_WRITE

    def form(self, version: PolicyVersion, data: Any = None) -> NoteForm:
        return NoteForm(data)

    def run(self, version: PolicyVersion, form: NoteForm, *, by: Actor, at: datetime) -> str:
        approvals.withdraw(version, by=by, at=at, comment=form.cleaned_data["comment"])
        return gettext("%(version)s is a draft again.") % {"version": version}


class Comment(Action[PolicyVersion]):
    name = "comment"
    label = _("Comment")
    explains = _("For authors and approvers to read. It is kept for good.")
    needs = POLICIES_WRITE

    def form(self, version: PolicyVersion, data: Any = None) -> CommentForm:
        return CommentForm(data)

    def run(self, version: PolicyVersion, form: CommentForm, *, by: Actor, at: datetime) -> str:
        approvals.comment(version, form.cleaned_data["comment"], by=by, at=at)
        return gettext("Your comment stands under History.")


class Discard(Action[PolicyVersion]):
    name = "discard"
    label = _("Discard the draft")
    explains = _("For good: it was never submitted, so nothing of its text is kept.")
    needs = POLICIES_WRITE

    def form(self, version: PolicyVersion, data: Any = None) -> NoteForm:
        return NoteForm(data)

    def run(self, version: PolicyVersion, form: NoteForm, *, by: Actor, at: datetime) -> str:
        drafts.discard(version, by=by, at=at, reason=form.cleaned_data["comment"])
        return gettext("The draft %(version)s is gone.") % {"version": version}
