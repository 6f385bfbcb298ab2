"""The views of a list that its viewer has saved: shown above it, saved and removed from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.accounts import saved_views
from governance.accounts.models import SavedView, User
from governance.api.authentication import actor
from governance.console import instant
from governance.errors import BylawError, Invalid

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

SAVE, REMOVE, RESTORE = "save", "remove", "restore"
_ACTS: Final = (SAVE, REMOVE, RESTORE)


@dataclass(frozen=True)
class Link:
    """`shown` where the list is just this view."""

    view: SavedView
    url: str
    shown: bool


def page(admin: "ModelAdmin[Any]") -> str:
    return admin.opts.label_lower


def address(admin: "ModelAdmin[Any]", route: str) -> str:
    return reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_{route}")


def context(admin: "ModelAdmin[Any]", request: HttpRequest) -> dict[str, Any]:
    """For `console/saved_views.html`; nothing for who has no account."""
    if not isinstance(request.user, User):
        return {}
    now = saved_views.plain(request.META.get("QUERY_STRING", ""))
    links = _links(saved_views.of(request.user, page(admin)), now)
    return {
        "saved_views": links,
        "views_url": address(admin, "views"),
        "views_query": now,
        "views_known": any(each.shown for each in links),
    }


def act(admin: "ModelAdmin[Any]", request: HttpRequest) -> HttpResponseRedirect:
    """Save, remove or restore one, and back to the list; without a form, only back."""
    if not admin.has_view_permission(request) or not isinstance(request.user, User):
        raise PermissionDenied
    back = address(admin, "changelist")
    if request.method != "POST" or request.POST.get("act") not in _ACTS:
        return HttpResponseRedirect(back)
    try:
        view = _do(admin, request, request.user)
    except BylawError as error:
        messages.error(request, error.message)
        asked = saved_views.plain(request.POST.get("query", ""))
        return HttpResponseRedirect(f"{back}?{asked}")
    return HttpResponseRedirect(f"{back}?{view.query}")


def _do(admin: "ModelAdmin[Any]", request: HttpRequest, person: User) -> SavedView:
    given, by, at = request.POST, actor(request), instant.of(request)
    if given["act"] == SAVE:
        name, query = given.get("name", ""), given.get("query", "")
        view = saved_views.save(person, page(admin), name=name, query=query, by=by, at=at)
        messages.success(
            request, gettext("Saved as %(name)s; it stands above the list.") % {"name": view.name}
        )
        return view
    view = saved_views.one(person, _key(given.get("view", "")))
    if given["act"] == REMOVE:
        saved_views.remove(view, by=by, at=at)
        messages.success(request, _removed(admin, request, view))
    else:
        saved_views.restore(view, by=by, at=at)
        messages.success(request, gettext("%(name)s is back.") % {"name": view.name})
    return view


def _removed(admin: "ModelAdmin[Any]", request: HttpRequest, view: SavedView) -> SafeString:
    """With the way back."""
    return format_html(
        '<form method="post" action="{}" class="by-undo">{} '
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="act" value="restore">'
        '<input type="hidden" name="view" value="{}">'
        '<button type="submit" class="by-undo-button">{}</button></form>',
        address(admin, "views"),
        gettext("%(name)s is removed.") % {"name": view.name},
        get_token(request),
        view.id,
        gettext("Undo"),
    )


def _links(views: Sequence[SavedView] | Any, now: str) -> list[Link]:
    return [Link(view, f"?{view.query}", view.query == now) for view in views]


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(gettext("You have no such view.")) from error
