"""What approvers do: approve, reject, unschedule. Each calls the function of its name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.accounts.roles import POLICIES_APPROVE
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from policies import approvals, impacts, selectors
from policies.admin import consequences
from policies.admin.action_forms import ReasonForm, comment, named, several, with_others
from policies.models import PolicyReview, PolicyVersion

Reassess = PolicyReview.Reassess
_REASSESS: Final = (
    (
        Reassess.NONE,
        _("Leave open incidents as they were decided"),
        _("They keep the policies under which they were decided, until new facts come in."),
    ),
    (
        Reassess.OPEN_INCIDENTS,
        _("Decide open incidents anew"),
        _("Duties may open, end or get other dates; each change is recorded, before and after."),
    ),
)


def _choices() -> list[tuple[str, SafeString]]:
    return [
        (value, format_html("{} <small>{}</small>", text, why)) for value, text, why in _REASSESS
    ]


class ApprovalForm(forms.Form):
    """`seen` holds id=digest of each text that the page showed, `impact` what it showed of its
    effect; a browser sends both back."""

    effective_from = fields.InstantField(
        label=_("Comes into force at"),
        required=False,
        help_text=_("Empty: now. A day to come schedules it; nothing need run on that day."),
    )
    reassess = forms.ChoiceField(
        label=_("Open incidents"),
        choices=_choices,
        initial=Reassess.NONE.value,
        widget=widgets.UnfoldAdminRadioSelectWidget(),
    )
    comment = comment()
    seen = forms.CharField(widget=forms.HiddenInput())
    impact = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, version: PolicyVersion, data: Any = None) -> None:
        super().__init__(data)
        together = selectors.together(version)
        others = [each for each in together if each.id != version.id]
        if others:
            said = gettext("They were submitted as one change set; each alone may not work.")
            self.fields["together"] = several(gettext("Approve together with"), others, said)
            self.initial["together"] = [str(each.id) for each in others]
        asked, shown = selectors.submission(version), impacts.of(version)
        self.initial["effective_from"] = asked.effective_from if asked else None
        self.initial["seen"] = " ".join(f"{each.id}={each.text_digest}" for each in together)
        self.initial["impact"] = str(shown.id) if shown is not None else ""
        day = asked.effective_from if asked else None
        self.consequences = list(consequences.of_approval(version, day, shown))

    def clean_seen(self) -> Mapping[UUID, str]:
        try:
            pairs = [each.partition("=") for each in str(self.cleaned_data["seen"]).split()]
            return {UUID(id_): digest for id_, _, digest in pairs}
        except ValueError as error:
            raise forms.ValidationError(
                gettext("Open the page again, and read the text.")
            ) from error


class Approve(Action[PolicyVersion]):
    name = "approve"
    label = _("Approve")
    explains = _(
        "It replaces the version in force from its day on. An approved text never changes."
    )
    needs = POLICIES_APPROVE
    prominent = True

    def form(self, version: PolicyVersion, data: Any = None) -> ApprovalForm:
        return ApprovalForm(version, data)

    def run(self, version: PolicyVersion, form: ApprovalForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        found = approvals.approve(
            with_others(version, given.get("together", ())),
            by=by,
            at=at,
            effective_from=given["effective_from"],
            reassess=given["reassess"],
            comment=given["comment"],
            impact=_shown_impact(version, given["impact"]),
            seen=given["seen"],
        )
        begin = found[0].effective_from
        if begin and begin > at:
            said = gettext("Approved: %(versions)s, in force from %(time)s.")
        else:
            said = gettext("Approved: %(versions)s, in force from now on.")
        return said % {"versions": named(found), "time": times.utc(begin)}


class Reject(Action[PolicyVersion]):
    name = "reject"
    label = _("Reject")
    explains = _("It goes back to its authors as a draft, with your words.")
    needs = POLICIES_APPROVE

    def form(self, version: PolicyVersion, data: Any = None) -> ReasonForm:
        return ReasonForm(gettext("What should change"), data)

    def run(self, version: PolicyVersion, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        approvals.reject(version, by=by, at=at, comment=form.cleaned_data["comment"])
        return gettext("%(version)s is back with its authors.") % {"version": version}


class Unschedule(Action[PolicyVersion]):
    name = "unschedule"
    label = _("Unschedule")
    explains = _("It is in review again; the version that it was to replace goes on.")
    needs = POLICIES_APPROVE

    def form(self, version: PolicyVersion, data: Any = None) -> ReasonForm:
        return ReasonForm(gettext("Why"), data)

    def run(self, version: PolicyVersion, form: ReasonForm, *, by: Actor, at: datetime) -> str:
        approvals.unschedule(version, by=by, at=at, comment=form.cleaned_data["comment"])
        return gettext("%(version)s is in review again.") % {"version": version}


def _shown_impact(version: PolicyVersion, key: str) -> Mapping[str, object] | None:
    """What the approver's page showed, not what came since."""
    found = impacts.of(version)
    return impacts.summary(found) if found is not None and str(found.id) == key else None
