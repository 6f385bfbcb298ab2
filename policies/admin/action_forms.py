"""What the forms of several actions on a version have in common."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.console import fields
from governance.translated import Text
from policies.models import PolicyVersion

_LONGEST: Final = 4000


_COMMENT: Final = _("Comment")


def comment(label: Text = _COMMENT, *, required: bool = False, help_text: Text = "") -> Any:
    return fields.lines(label=label, longest=_LONGEST, required=required, help_text=help_text)


def several(label: Text, versions: Sequence[PolicyVersion], help_text: Text) -> forms.Field:
    """Some of these versions; the field gives their ids."""
    choices = [
        (str(each.id), format_html("{} <small>{}</small>", each.title, each)) for each in versions
    ]
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=help_text,
    )


class CommentForm(forms.Form):
    comment = comment(required=True)


class NoteForm(forms.Form):
    comment = comment(help_text=_("Kept for good, like everything said here."))


class ReasonForm(forms.Form):
    """One text that must be given, under a label that says what it is."""

    comment = comment(required=True)

    def __init__(self, label: Text, data: Any = None) -> None:
        super().__init__(data)
        self.fields["comment"].label = label


def with_others(version: PolicyVersion, others: Iterable[str]) -> list[PolicyVersion]:
    """The version and those that a field of `several` chose."""
    return [version, *PolicyVersion.objects.filter(id__in=[UUID(each) for each in others])]


def named(versions: Iterable[PolicyVersion]) -> str:
    return ", ".join(str(each) for each in versions)
