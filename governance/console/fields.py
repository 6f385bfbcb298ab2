"""Form fields of the console's actions."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from rest_framework.exceptions import APIException
from unfold import widgets

from governance.api.parsing import loads
from governance.console import times
from governance.translated import Text

Choices = Sequence[tuple[str, Text]]
_zone: Callable[[], Any] = lazy(lambda: str(times.zone()), str)


class InstantField(forms.DateTimeField):
    """An instant in the zone in which the reader sees times, which its label names; the browser
    offers its own picker."""

    def __init__(self, *, label: Text, help_text: Text = "", required: bool = True) -> None:
        classes = " ".join(widgets.INPUT_CLASSES)
        shown = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1", "class": classes},
            format="%Y-%m-%dT%H:%M:%S",
        )
        super().__init__(
            label=format_lazy("{} ({})", label, _zone()),
            help_text=help_text,
            required=required,
            widget=shown,
        )

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(times.zone()):
            found = super().to_python(value)
        return found.astimezone(UTC) if found is not None else None

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(times.zone()):
            return super().prepare_value(value)


def day(*, label: Text, help_text: Text = "") -> forms.DateField:
    """A day that may be left out; the browser offers its own picker."""
    classes = " ".join(widgets.INPUT_CLASSES)
    shown = forms.DateInput(attrs={"type": "date", "class": classes}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=shown)


class Shown(forms.HiddenInput):
    """Sends along what the page showed. A form that comes back says what the page shows now, and
    not what an older page sent."""

    def __init__(self, now: object) -> None:
        super().__init__()
        self.now = now

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, self.now, attrs)


class JsonField(forms.CharField):
    """JSON as strict as the API reads it: no name twice, no NaN, within the size limit."""

    def __init__(self, *, label: Text, help_text: Text = "", rows: int = 10) -> None:
        attrs = {"rows": rows, "spellcheck": "false", "class": " ".join(_CODE_CLASSES)}
        shown = forms.Textarea(attrs=attrs)
        super().__init__(label=label, help_text=help_text, widget=shown, strip=False)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return loads(text.encode())
        except APIException as error:
            raise forms.ValidationError(str(error.detail)) from error


_CODE_CLASSES = [*widgets.TEXTAREA_CLASSES, "by-editor"]


def text(
    *, label: Text, longest: int, required: bool = True, help_text: Text = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=widgets.UnfoldAdminTextInputWidget(),
    )


def lines(
    *, label: Text, longest: int, required: bool = True, help_text: Text = ""
) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


def one_of(
    *,
    label: Text,
    choices: Choices | Callable[[], Any],
    required: bool = True,
    help_text: Text = "",
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=required,
        choices=choices,
        help_text=help_text,
        widget=widgets.UnfoldAdminSelectWidget(),
    )


def some_of(
    *, label: Text, choices: Choices, required: bool = False, help_text: Text = ""
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=help_text,
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
    )


def confirmation(*, label: Text, help_text: Text = "") -> forms.BooleanField:
    """What must be ticked for the form to count."""
    return forms.BooleanField(
        label=label, help_text=help_text, widget=widgets.UnfoldBooleanWidget()
    )


def file(*, label: Text, required: bool = True, help_text: Text = "") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=help_text,
        widget=widgets.UnfoldAdminFileFieldWidget(),
    )
