"""The editor of a policy text, which says what is wrong with it while one types."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csp.constants import NONCE
from csp.decorators import csp_update
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.accounts.roles import POLICIES_WRITE
from governance.console import instant
from governance.console.lists import scopes
from governance.console.pages import PageAdmin
from policies import documents
from policies.admin import assessment, differences, outline, skeletons, standings, words
from policies.admin.differences import Difference
from policies.models import PolicyVersion
from policies.problems import Problem

Page = PageAdmin[PolicyVersion]
#: CodeMirror brings its styles along. The nonce of an answer lets in these, and no others.
STYLES: Final = {"style-src": [NONCE]}
#: The path of the text being written, among the identities of the other documents.
OWN: Final = "text"
_MOST_SHOWN: Final = 100


class TextForm(forms.Form):
    """`seen` is the digest of the text that the editor began with."""

    text = forms.CharField(
        label=_("Text"),
        strip=False,
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 32,
                "wrap": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
                "autocomplete": "off",
                "class": " ".join([*widgets.TEXTAREA_CLASSES, "by-editor"]),
            }
        ),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def clean_text(self) -> str:
        """Browsers send every line break as CR LF."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    @property
    def typed(self) -> str:
        """What stands in it, sent or not."""
        found = self.cleaned_data["text"] if self.is_valid() else self.initial.get("text", "")
        return str(found)


@dataclass(frozen=True)
class Writing:
    """What the page shows. `version` is None for a text that is no draft yet; `refused` says why it
    was not saved; `overtaken` is the version as somebody else saved it meanwhile."""

    form: TextForm
    version: PolicyVersion | None = None
    origin: str = "console"
    refused: str = ""
    status: int = 200
    overtaken: PolicyVersion | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def difference(self) -> Difference | None:
        """From what the other saved to what was typed."""
        if self.overtaken is None:
            return None
        return differences.between(self.overtaken.text, self.form.typed)


def answer(page: Page, request: HttpRequest, writing: Writing, *, thorough: bool) -> HttpResponse:
    """The whole page; a `thorough` one has the policy tests run, which takes its time."""
    text, version, at = writing.form.typed, writing.version, instant.of(request)
    leave = reverse("admin:policies_policyversion_add")
    context = {
        "title": gettext("Edit %(version)s") % {"version": version}
        if version
        else gettext("New draft"),
        "version": version,
        "form": writing.form,
        "writing": writing,
        "begun_from": writing.origin.partition(":")[2],
        "leave": standings.url(version) if version else leave,
        **_beside(text, at=at, thorough=thorough, known=writing.problems),
    }
    found = page.answer(request, "policies/editor.html", context, status=writing.status)
    csp_update(STYLES)(lambda _: found)(request)  # marks the answer
    return found


def check(request: HttpRequest) -> HttpResponse:
    """What stands beside the posted text. `depth=lint` leaves the policy tests for later."""
    refuse_readers(request)
    form = TextForm(request.POST)
    thorough = request.POST.get("depth") != "lint"
    context = _beside(form.typed, at=instant.of(request), thorough=thorough)
    return TemplateResponse(request, "policies/desk.html", context)


def _beside(
    text: str, *, at: datetime, thorough: bool, known: tuple[Problem, ...] = ()
) -> dict[str, Any]:
    """What `policies/desk.html` takes; `known` are problems that were found already."""
    reading = documents.read(text, path=OWN)
    data = reading.source.data or reading.source.salvaged
    kind = data.get("kind") if isinstance(data, dict) else ""
    found = known or (problems(text, at=at, thorough=thorough) if text else ())
    return {
        **shown(found),
        "typed": bool(text),
        "untested": not thorough,
        "words": words.of(reading.document, at=at) if reading.document is not None else "",
        "outline": outline.of(reading.source),
        "kind": kind,
        "pieces": skeletons.pieces(str(kind)),
        "all_kinds": skeletons.KINDS,
    }


def problems(text: str, *, at: datetime, thorough: bool) -> tuple[Problem, ...]:
    """What lint, and tests where it is `thorough`, find among the rules in force now."""
    if not text.strip():
        return (Problem("empty-file", gettext("The text is empty."), path=OWN),)
    if thorough:
        return assessment.of_texts({OWN: text}, at=at).problems
    return assessment.linted({OWN: text}, at=at)


def shown(found: tuple[Problem, ...], own: str = OWN) -> dict[str, Any]:
    """What `policies/problems.html` takes; `own` is the path of the text that stands beside it."""
    return {
        "problems": [(each, each.path not in {own, ""}) for each in found[:_MOST_SHOWN]],
        "problems_more": max(0, len(found) - _MOST_SHOWN),
        "problems_count": len(found),
        "problems_tests": any(each.code == "test-failed" for each in found),
    }


def refuse_readers(request: HttpRequest) -> None:
    """Raise PermissionDenied for who may not write policies."""
    if POLICIES_WRITE not in scopes(request):
        raise PermissionDenied
