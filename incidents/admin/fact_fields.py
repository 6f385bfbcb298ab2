"""A form field that asks for one fact, as the vocabulary describes it, and what was answered as the
report would have it."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import canonical
from governance.console import fields
from policies.vocabulary import Fact

_LONGEST_LINE: Final = 250
_LONGEST: Final = 20_000
_YES_OR_NO: Final = [("", _("Choose …")), ("yes", _("Yes")), ("no", _("No"))]


def field(fact: Fact, *, label: str) -> forms.Field:
    """Choices where there are terms, yes or no, a number, an instant, a text or, for anything else,
    JSON."""
    values, kinds, said = fact.values, fact.values.kinds, fact.description
    if fact.items is not None:
        return _listed(fact, label)
    if values.terms is not None:
        return fields.one_of(label=label, choices=_choices(values.terms), help_text=said)
    if kinds == {"boolean"}:
        return fields.one_of(label=label, choices=_YES_OR_NO, help_text=said)
    if kinds == {"number"}:
        return _number(fact, label)
    if kinds == {"instant"}:
        return fields.InstantField(label=label, help_text=said)
    if kinds <= {"text", "duration"}:
        longest = values.longest or _LONGEST
        asked = fields.text if longest <= _LONGEST_LINE else fields.lines
        return asked(label=label, longest=longest, help_text=said)
    return fields.JsonField(label=label, rows=4, help_text=said)


def answer(fact: Fact, given: Any) -> Any:
    """The cleaned value as the report has it."""
    if isinstance(given, datetime):
        return canonical.instant(given)
    if fact.items is not None:
        return _items(fact, given)
    if fact.values.terms is not None:
        return _term(fact.values.terms, given)
    if fact.values.kinds == {"boolean"}:
        return given == "yes"
    return given


def _listed(fact: Fact, label: str) -> forms.Field:
    if fact.terms is not None:
        choices = _choices(fact.terms)[1:]
        return fields.some_of(
            label=label, choices=choices, required=True, help_text=fact.description
        )
    if fact.items is not None and fact.items.kinds == {"text"}:
        more = " ".join(filter(None, [fact.description, gettext("One on each line.")]))
        return fields.lines(longest=_LONGEST, label=label, help_text=more)
    return fields.JsonField(label=label, rows=4, help_text=fact.description)


def _items(fact: Fact, given: Any) -> list[Any]:
    if fact.terms is not None:
        return [_term(fact.terms, each) for each in given]
    if isinstance(given, str):
        return [line.strip() for line in given.splitlines() if line.strip()]
    return list(given)


def _number(fact: Fact, label: str) -> forms.Field:
    kind = forms.IntegerField if fact.values.whole else forms.FloatField
    found = kind(label=label, help_text=fact.description)
    found.widget.attrs |= {"class": "by-number", "min": fact.values.least, "max": fact.values.most}
    found.widget.attrs = {key: each for key, each in found.widget.attrs.items() if each is not None}
    return found


def _choices(terms: tuple[object, ...]) -> list[tuple[str, str]]:
    return [("", gettext("Choose …")), *((str(each), _words(each)) for each in terms)]


def _words(term: object) -> str:
    return str(term).replace("_", " ").replace("-", " ").capitalize()


def _term(terms: tuple[object, ...], given: str) -> object:
    return next(each for each in terms if str(each) == given)
