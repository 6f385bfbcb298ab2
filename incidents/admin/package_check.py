"""Checking a package that somebody brings: the form, and what was found, check by check."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from unfold import widgets

from governance.api.authentication import actor
from governance.console import fields, instant, labels
from governance.console.labels import Tone
from governance.console.pages import PageAdmin, explained
from governance.errors import BylawError
from governance.translated import Text
from incidents.evidence import inspection
from incidents.evidence.inspection import Inspection, Part
from incidents.models import Export

#: What a form has besides the file.
_REST: Final = 1 << 20
_LIMIT: Final = f"{inspection.LARGEST >> 20} MiB"
#: Of the result: tone, what to call it, and what it means.
_RESULTS: Final[dict[str, tuple[Tone, Text, Text]]] = {
    "right": ("good", _("Right"), _("All was checked, and all is right.")),
    "partly": (
        "warn",
        _("Nothing wrong, not all checked"),
        _(
            "Nothing is wrong in what was checked. What was not checked stands below, with the "
            "reason."
        ),
    ),
    "wrong": (
        "bad",
        _("Not right"),
        _(
            "This is not what was signed. Keep the file as it is, ask whoever gave it to you for "
            "it anew, and compare its digest."
        ),
    ),
    "refused": ("bad", _("Not looked into"), _("No package of Bylaw looks like this.")),
    "unfinished": ("warn", _("Not finished"), _("Nothing is known of it.")),
}


class CheckForm(forms.Form):
    package = forms.FileField(
        label=_("Package"),
        help_text=format_lazy(
            _("The zip file as it was given to you, not unpacked, at most {limit}."), limit=_LIMIT
        ),
        widget=widgets.UnfoldAdminFileFieldWidget(),
    )
    keys = fields.lines(
        label=_("Verifier keys that you trust"),
        longest=20_000,
        required=False,
        help_text=_(
            "A line each, as you got them by another way than the package: name+hash+key. "
            "Without one, the keys are those of this service: whether the package is from here."
        ),
    )
    checkpoint = fields.lines(
        label=_("Checkpoint that you kept"),
        longest=20_000,
        required=False,
        help_text=_("Whole, with its signature lines: whether the package's log goes on from it."),
    )


@dataclass(frozen=True)
class Line:
    word: SafeString
    text: str


@dataclass(frozen=True)
class Check:
    title: str
    word: SafeString
    lines: Sequence[Line]
    more: int


def urls(page: PageAdmin[Export]) -> list[URLPattern]:
    """To stand before the stock ones, of which the last takes every address."""
    view = page.admin_site.admin_view(csrf_exempt(partial(answer, page)))
    return [path("check/", view, name="incidents_export_check")]


def answer(page: PageAdmin[Export], request: HttpRequest) -> HttpResponse:
    """Who may not check, and what is too large, is refused before a byte of it is read; only then
    the token of the form is looked for in it."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    if int(request.META.get("CONTENT_LENGTH") or 0) > inspection.LARGEST + _REST:
        refusal = gettext("This file is larger than %(limit)s. Check it on your own machine.")
        messages.error(request, refusal % {"limit": _LIMIT})
        return _form(page, request, CheckForm(), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    protected: HttpResponse = csrf_protect(partial(_answer, page))(request)
    return protected


def _answer(page: PageAdmin[Export], request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(page, request, CheckForm(), status=HTTPStatus.OK)
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(page, request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        found = _inspected(request, form.cleaned_data)
    except BylawError as error:
        messages.error(request, explained(error))
        return _form(page, request, form, status=error.status)
    return _form(page, request, CheckForm(), status=HTTPStatus.OK, **_result(page, request, found))


def _inspected(request: HttpRequest, given: dict[str, Any]) -> Inspection:
    kept = given["checkpoint"].replace("\r\n", "\n").strip()
    return inspection.inspect(
        given["package"],
        trusted=given["keys"].split(),
        kept=f"{kept}\n" if kept else "",
        by=actor(request),
        at=instant.of(request),
    )


def _form(
    page: PageAdmin[Export], request: HttpRequest, form: forms.Form, *, status: int, **more: Any
) -> HttpResponse:
    context = {"title": gettext("Check a package"), "form": form, **more}
    return page.answer(request, "incidents/package_check.html", context, status=status)


def _result(page: PageAdmin[Export], request: HttpRequest, found: Inspection) -> dict[str, Any]:
    tone, word, meaning = _RESULTS[found.result]
    return {
        "found": found,
        "word": labels.label(word, tone),
        "meaning": meaning,
        "checks": [_check(each) for each in found.parts],
        "pairs": _pairs(page, request, found),
    }


def _pairs(
    page: PageAdmin[Export], request: HttpRequest, found: Inspection
) -> list[tuple[str, object]]:
    keys = gettext("those of this service") if found.own else gettext("those that you gave")
    return [
        ("SHA-256", found.sha256),
        (gettext("Size"), filesizeformat(found.size)),
        (gettext("Keys"), keys),
        (gettext("Known here"), _known(page, request, found.sha256)),
    ]


def _known(page: PageAdmin[Export], request: HttpRequest, sha256: str) -> object:
    """The package that this file is, byte for byte, where the viewer may see it."""
    known = page.get_queryset(request).filter(sha256=sha256).first()
    if known is None:
        return gettext("no package that you can see here has this digest")
    url = reverse("admin:incidents_export_change", args=[known.id])
    return format_html('<a class="by-link" href="{}">{}</a>', url, known.about)


def _check(part: Part) -> Check:
    lines = [
        *(Line(labels.label(gettext("wrong"), "bad"), each) for each in part.wrong),
        *(Line(labels.label(gettext("not checked"), "warn"), each) for each in part.unchecked),
        *(Line(labels.label(gettext("right"), "good"), each) for each in part.right),
    ]
    return Check(part.title, _word(part), lines, part.problems - len(part.wrong))


def _word(part: Part) -> SafeString:
    if part.problems:
        return labels.label(gettext("wrong"), "bad")
    if part.unchecked:
        return labels.label(gettext("not all checked"), "warn")
    return (
        labels.label(gettext("right"), "good")
        if part.right
        else labels.label(gettext("nothing to check"))
    )
