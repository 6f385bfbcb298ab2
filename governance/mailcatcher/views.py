"""The caught mail as two pages for staff; they exist only where a mail catcher runs."""

from pathlib import Path
from typing import Any, Final

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from governance.mailcatcher import store

#: A letter brings styles of its own along.
_STYLED: Final = {"style-src": ["'unsafe-inline'"]}
#: A caught mail is a stranger's page: it fetches nothing, and its frame runs nothing.
_INERT: Final = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


@require_safe
@staff_member_required
def inbox(request: HttpRequest) -> HttpResponse:
    return _page(
        request, "inbox", gettext("Caught mail"), messages_caught=store.newest(_directory())
    )


@require_safe
@staff_member_required
@csp_update(_STYLED)  # type: ignore[arg-type]  # which takes any view
def message(request: HttpRequest, name: str) -> HttpResponse:
    found = store.find(_directory(), name)
    if found is None:
        raise Http404(gettext("No such message was caught."))
    caught, text, html = found
    shown = {"caught": caught, "text": text, "html": _INERT + html if html else ""}
    return _page(request, "message", caught.subject or gettext("No subject"), **shown)


def _directory() -> Path:
    directory: Path | None = settings.MAIL_CATCHER_DIR
    if directory is None:
        raise Http404("No mail catcher runs here: mail goes to SMTP_URL.")
    return directory


def _page(request: HttpRequest, template: str, title: str, **values: Any) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | values
    return render(request, f"mailcatcher/{template}.html", context)
