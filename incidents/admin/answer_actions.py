"""Answering what is open of an incident: a form that asks for the missing facts alone."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance import canonical
from governance.console import fields
from governance.ledger.ledger import Actor
from incidents import flow, questions
from incidents.admin import kept, unknowns
from incidents.admin.response_actions import Response
from incidents.models import Incident
from policies import wording
from policies.vocabulary import Fact

#: A form of more questions would be none; the others stay for the next time.
MOST: Final = 12
_LONGEST: Final = 4000


class AnswersForm(forms.Form):
    """Each field is named by the path of its fact; what is left empty stays unknown."""

    reason = fields.text(
        label=_("How you know"),
        longest=1000,
        help_text=_("Stands in the audit trail as the reason."),
    )

    def __init__(self, data: Any, *, asked: Sequence[Fact]) -> None:
        super().__init__(data)
        for fact in asked:
            self.fields[fact.path] = _field(fact)
        self.order_fields([fact.path for fact in asked])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not answers(given):
            raise forms.ValidationError(gettext("Answer at least one question."))
        return given


class Answer(Response):
    name = "answer"
    label = _("Answer what is open")
    explains = _(
        "Only what some duty or the severity hangs on is asked. Leave empty what nobody knows. The "
        "policies are applied again at once."
    )
    foresees = True

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(_asked(incident))

    def form(self, incident: Incident, data: Any = None) -> AnswersForm:
        return AnswersForm(data, asked=_asked(incident))

    def run(self, incident: Incident, form: AnswersForm, *, by: Actor, at: datetime) -> str:
        facts = questions.patch(answers(form.cleaned_data))
        reason = form.cleaned_data["reason"]
        amended = flow.amend(incident, facts, reason=reason, by=by, at=at)
        return gettext("The answers are recorded; the severity is %(severity)s.") % {
            "severity": amended.severity
        }


def answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Path → value as a report states it, of what was answered."""
    return {
        path: canonical.instant(value) if isinstance(value, datetime) else value
        for path, value in given.items()
        if path != "reason" and value not in ("", None, [])
    }


def _asked(incident: Incident) -> Sequence[Fact]:
    """What an amendment answers, the most urgent first."""
    paths = unknowns.paths(incident, kept.severity(incident), kept.duties(incident))
    return list(_facts(paths, incident))[:MOST]


def _facts(paths: Iterable[str], incident: Incident) -> Iterable[Fact]:
    find = kept.release(incident).vocabulary.find
    for path in paths:
        fact = find(path)
        if fact is not None and unknowns.answerable(fact):
            yield fact


def _field(fact: Fact) -> forms.Field:
    """The narrowest field that takes every value which the schema allows."""
    label, help_text = unknowns.title(fact.path, fact), fact.description
    kinds = fact.values.kinds
    if fact.items is not None and fact.terms:
        return forms.TypedMultipleChoiceField(
            label=label,
            help_text=help_text,
            required=False,
            choices=_choices(fact.terms),
            coerce=json.loads,
            widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        )
    terms = (True, False) if kinds == {"boolean"} else fact.terms
    if terms:
        return forms.TypedChoiceField(
            label=label,
            help_text=help_text,
            required=False,
            choices=[("", gettext("Not known")), *_choices(terms)],
            coerce=json.loads,
            widget=widgets.UnfoldAdminSelectWidget(),
        )
    if kinds == {"instant"}:
        return fields.InstantField(label=label, required=False, help_text=help_text)
    if kinds == {"number"}:
        return _number(fact, label, help_text)
    return fields.text(label=label, longest=_LONGEST, required=False, help_text=help_text)


def _choices(terms: Iterable[object]) -> list[tuple[str, str]]:
    """Each term as JSON, so that `true` and the text "true" stay apart, with its words."""
    return [(json.dumps(each), wording.value_words(each).capitalize()) for each in terms]


def _number(fact: Fact, label: str, help_text: str) -> forms.Field:
    least, most, whole = fact.values.least, fact.values.most, fact.values.whole
    shown = widgets.UnfoldAdminIntegerFieldWidget(attrs={"step": "1" if whole else "any"})
    given: dict[str, Any] = {"label": label, "help_text": help_text, "widget": shown}
    if not whole:
        return forms.FloatField(required=False, min_value=least, max_value=most, **given)
    return forms.IntegerField(
        required=False,
        min_value=None if least is None else math.ceil(least),
        max_value=None if most is None else math.floor(most),
        **given,
    )
