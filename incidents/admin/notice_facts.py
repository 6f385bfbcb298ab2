"""Stating a fact that a notice lacks, on its page: a form for each, which asks for that alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.console import fields
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow, questions
from incidents.admin import fact_fields, kept
from incidents.admin.notice_actions import where
from incidents.models import Incident, Notice
from policies.vocabulary import Fact

#: Any other fact is stated by the register of systems, which is a policy.
_ANSWERABLE: Final = frozenset({"report", "moments"})


class FactForm(forms.Form):
    """`fact` is the path; what is asked for it depends on what the policies say of it. When
    something happened needs a basis; that somebody states a number needs none."""

    fact = forms.CharField(widget=forms.HiddenInput(), max_length=200)

    def __init__(self, notice: Notice, path: str, data: Any = None) -> None:
        super().__init__(data, initial={"fact": path}, auto_id=f"id_{where(path)}_%s")
        self.path = path
        self.notice = notice
        self.known = stated_here(notice, path)
        if self.known is None:
            return
        label = (
            gettext("When it happened") if self.known.origin == "moments" else gettext("The fact")
        )
        self.fields["value"] = fact_fields.field(self.known, label=label)
        if self.known.origin == "moments":
            help_text = gettext("Why you take it to be this time: a log, an alert, a witness.")
            self.fields["basis"] = fields.text(
                label=gettext("Basis"), longest=1000, help_text=help_text
            )

    def clean_fact(self) -> str:
        if self.known is None:
            raise forms.ValidationError(gettext("No report states this; look at the page again."))
        return self.path

    def facts(self) -> Mapping[str, Any]:
        """The merge patch for the report."""
        if self.known is None:
            raise ValueError(f"No report states {self.path}.")
        given = fact_fields.answer(self.known, self.cleaned_data["value"])
        return questions.patch({self.path: given})

    def reason(self) -> str:
        stated = f"Stated for the notice: {self.notice.clock.title}"
        return str(self.cleaned_data.get("basis") or stated)


class AddFact(Action[Notice]):
    name = "fact"
    label = _("Record it")
    needs = INCIDENTS_RESPOND
    placed = True

    def possible(self, notice: Notice) -> bool:
        return notice.editable and notice.incident.state != Incident.State.CLOSED

    def filled(self, notice: Notice, request: HttpRequest) -> FactForm:
        return FactForm(notice, str(request.POST.get("fact", ""))[:200], request.POST)

    def run(self, notice: Notice, form: FactForm, *, by: Actor, at: datetime) -> str:
        before = notice.incident.severity
        amended = flow.amend(notice.incident, form.facts(), reason=form.reason(), by=by, at=at)
        if amended.severity == before:
            return gettext(
                "It is recorded, and the policies were applied again. The severity stays "
                "%(severity)s."
            ) % {"severity": before}
        return gettext(
            "It is recorded, and the policies were applied again. The severity is %(severity)s "
            "now; it was %(before)s."
        ) % {"severity": amended.severity, "before": before}


def stated_here(notice: Notice, path: str) -> Fact | None:
    """The fact, where a report or a record of a moment can state it."""
    found = kept.release(notice.incident).vocabulary.find(path) if path else None
    return found if found is not None and found.origin in _ANSWERABLE else None


def asks(notice: Notice, paths: Iterable[str]) -> Mapping[str, FactForm]:
    """A form for each that may be stated here."""
    found = {path: FactForm(notice, path) for path in paths}
    return {path: form for path, form in found.items() if form.known is not None}
