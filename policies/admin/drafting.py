"""From an idea to a draft: where to begin, and saving what was written."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.api.authentication import actor
from governance.console import instant
from governance.errors import BylawError, Conflict
from policies import drafts, selectors, yaml_source
from policies.admin import assessment, editor, skeletons, standings
from policies.admin.editor import Page, TextForm, Writing
from policies.errors import PolicyProblems
from policies.models import PolicyVersion, Standing
from policies.problems import Problem

_ORIGIN = "console"
_LONGEST_ORIGIN = 120


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("YAML file"),
        widget=widgets.UnfoldAdminFileFieldWidget(attrs={"accept": ".yaml,.yml,text/yaml"}),
    )

    def clean_file(self) -> str:
        """The text as UTF-8; what is wrong in it, the editor says."""
        source = yaml_source.read(self.cleaned_data["file"].read(yaml_source.MAX_BYTES + 1))
        unread = [each for each in source.problems if each.code in {"too-large", "not-utf-8"}]
        if unread:
            raise forms.ValidationError(unread[0].message)
        return source.text


# --- a new one -----------------------------------------------------------------------------------


def new(page: Page, request: HttpRequest) -> HttpResponse:
    """Where to begin; then the editor. A text becomes a draft when it is saved."""
    editor.refuse_readers(request)
    if request.method == "POST":
        return _uploaded(page, request) if "upload" in request.POST else _made(page, request)
    begin = _beginning(request)
    if begin is None:
        return _choices(page, request, UploadForm())
    text, origin = begin
    writing = Writing(TextForm(initial={"text": text}), origin=origin)
    return editor.answer(page, request, writing, thorough=False)


def _made(page: Page, request: HttpRequest) -> HttpResponse:
    form = TextForm(request.POST)
    origin = request.POST.get("origin", "")
    origin = origin[:_LONGEST_ORIGIN] if origin.startswith(_ORIGIN) else _ORIGIN
    writing = Writing(form, origin=origin)
    if "check" in request.POST:
        return editor.answer(page, request, writing, thorough=True)
    by, at = actor(request), instant.of(request)
    try:
        made = drafts.create(form.typed, origin=origin, by=by, at=at)
    except BylawError as error:
        return editor.answer(page, request, _failed(writing, error), thorough=False)
    return _saved(request, made)


def _uploaded(page: Page, request: HttpRequest) -> HttpResponse:
    upload = UploadForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _choices(page, request, upload, status=422)
    name = str(getattr(request.FILES["file"], "name", ""))
    form = TextForm(initial={"text": upload.cleaned_data["file"]})
    writing = Writing(form, origin=_origin(name))
    return editor.answer(page, request, writing, thorough=False)


def _beginning(request: HttpRequest) -> tuple[str, str] | None:
    """(text, origin) of what the address asks to begin with."""
    if kind := request.GET.get("kind"):
        if kind not in skeletons.KINDS:
            raise Http404(gettext("There is no kind %(kind)s.") % {"kind": repr(kind[:40])})
        return skeletons.example(kind), _ORIGIN
    if key := request.GET.get("of"):
        version = get_object_or_404(PolicyVersion, id=_uuid(key))
        return skeletons.next_of(version), _origin(str(version))
    return ("", _ORIGIN) if "paste" in request.GET else None


def _choices(
    page: Page, request: HttpRequest, upload: UploadForm, *, status: int = 200
) -> HttpResponse:
    held = selectors.in_standing(Standing.IN_FORCE, at=instant.of(request))
    held = held.defer("text").order_by("kind", "title")
    single = {each.kind: each for each in held if each.kind in skeletons.ONE_OF_EACH}
    context = {
        "title": gettext("New draft"),
        "kinds": [(kind, why, single.get(kind)) for kind, why in skeletons.KINDS.items()],
        "held": held,
        "upload": upload,
    }
    return page.answer(request, "policies/begin.html", context, status=status)


# --- an existing one -----------------------------------------------------------------------------


def edit(page: Page, request: HttpRequest, key: UUID) -> HttpResponse:
    editor.refuse_readers(request)
    version = page.visible(request, str(key))
    by, at = actor(request), instant.of(request)
    if "edit" not in selectors.may(version, by, at=at):
        messages.error(
            request,
            gettext("%(version)s is no draft any more, so its text stays as it is.")
            % {"version": version},
        )
        return HttpResponseRedirect(standings.url(version))
    if request.method != "POST":
        begin = {"text": version.text, "seen": version.text_digest}
        writing = Writing(TextForm(initial=begin), version)
        return editor.answer(page, request, writing, thorough=False)
    form = TextForm(request.POST)
    writing = Writing(form, version)
    if "check" in request.POST:
        return editor.answer(page, request, writing, thorough=True)
    seen = request.POST.get("over") or request.POST.get("seen") or None
    try:
        saved = drafts.edit(version, form.typed, by=by, at=at, seen=seen)
    except BylawError as error:
        failed = _failed(writing, error, seen=seen)
        return editor.answer(page, request, failed, thorough=False)
    return _saved(request, saved)


def _failed(writing: Writing, error: BylawError, *, seen: str | None = None) -> Writing:
    """What was typed stays in the form, whatever happened."""
    known = isinstance(error, PolicyProblems)
    return Writing(
        form=writing.form,
        version=writing.version,
        origin=writing.origin,
        refused=gettext(
            "It cannot be saved yet: a draft must say which version of which policy it is."
        )
        if known
        else error.message,
        status=error.status,
        overtaken=_overtaken(writing, seen) if isinstance(error, Conflict) else None,
        problems=error.problems if isinstance(error, PolicyProblems) else (),
    )


def _overtaken(writing: Writing, seen: str | None) -> PolicyVersion | None:
    """The version as it is now, if somebody else saved it since the editor was opened."""
    if writing.version is None:
        return None
    now = PolicyVersion.objects.filter(id=writing.version.id, status="draft").first()
    return now if now is not None and seen not in {None, now.text_digest} else None


def _saved(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """Back to a page; to a script that goes on in the editor, what it needs for the next saving."""
    found = assessment.of_versions([version], at=instant.of(request)).problems
    stay = request.POST.get("then") == "stay"
    if stay and request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"seen": version.text_digest, "said": _said(version, found)})
    note = messages.warning if found else messages.success
    note(request, _said(version, found))
    route = "admin:policies_policyversion_edit" if stay else "admin:policies_policyversion_change"
    return HttpResponseRedirect(reverse(route, args=[version.id]))


def _said(version: PolicyVersion, found: Sequence[Problem]) -> str:
    if not found:
        said = gettext("%(version)s is saved. Nothing keeps it from review.")
    else:
        said = ngettext(
            "%(version)s is saved. One problem keeps it from review.",
            "%(version)s is saved. %(count)s problems keep it from review.",
            len(found),
        )
    return said % {"version": version, "count": len(found)}


def _origin(name: str) -> str:
    return f"{_ORIGIN}:{name}"[:_LONGEST_ORIGIN]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404(gettext("There is no version %(id)s.") % {"id": repr(text[:40])}) from error
