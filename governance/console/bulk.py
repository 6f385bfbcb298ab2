"""Several rows of a list at once: the page that says what will happen to which of them, and the one
that says what became of each. Each row goes through the action that its own page offers, in a
transaction of its own: what one refuses, the others do not wait for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.api.authentication import actor
from governance.api.withheld import veil
from governance.console import instant
from governance.errors import BylawError

if TYPE_CHECKING:
    from governance.console.pages import Action, PageAdmin

#: Each is a transaction of its own, within the time of one request.
MOST: Final = 500
CONFIRMED: Final = "confirmed"
_TEMPLATE: Final = "console/bulk.html"


@dataclass(frozen=True)
class Outcome:
    """What became of one row, by its name, or why nothing did; empty before it was tried."""

    name: str
    possible: bool
    said: str | SafeString = ""
    done: bool = False


def action(
    admin: "PageAdmin[Any]", chosen: "Action[Any]"
) -> Callable[["PageAdmin[Any]", HttpRequest, QuerySet[Any]], TemplateResponse]:
    """For the list of actions of a list: the page to confirm, then the one with the results."""

    def act(_: "PageAdmin[Any]", request: HttpRequest, rows: QuerySet[Any]) -> TemplateResponse:
        return _answer(admin, chosen, request, list(rows[: MOST + 1]))

    return act


def _answer(
    admin: "PageAdmin[Any]", chosen: "Action[Any]", request: HttpRequest, rows: Sequence[Any]
) -> TemplateResponse:
    kept, left_out = rows[:MOST], len(rows) > MOST
    able = [each for each in kept if _able(admin, chosen, request, each)]
    given = request.POST if CONFIRMED in request.POST else None
    form = chosen.form(able[0], given) if able else forms.Form()
    form.auto_id = "id_bulk_%s"
    context = {
        "title": chosen.label,
        "chosen": chosen,
        "form": form,
        "left_out": left_out,
        "most": MOST,
        "keys": [str(each.pk) for each in able],
        "checkbox": ACTION_CHECKBOX_NAME,
        "name": request.POST.get("action", ""),
        "back": request.get_full_path(),
    }
    if given is None or not able or not form.is_valid():
        waits = [Outcome(_name(admin, each), each in able) for each in kept]
        status = 422 if given is not None else 200
        return admin.answer(
            request, _TEMPLATE, {**context, "outcomes": waits, "able": len(able)}, status=status
        )
    outcomes = [
        Outcome(_name(admin, each), each in able, *_done(chosen, request, each, can=each in able))
        for each in kept
    ]
    done = sum(each.done for each in outcomes)
    return admin.answer(
        request,
        _TEMPLATE,
        {**context, "outcomes": outcomes, "over": True, "done": done},
        status=200,
    )


def _able(admin: "PageAdmin[Any]", chosen: "Action[Any]", request: HttpRequest, row: Any) -> bool:
    return chosen.possible(row) and admin.may(request, chosen.needs, row)


def _name(admin: "PageAdmin[Any]", row: Any) -> str:
    return admin.page_title(veil(row))


def _done(
    chosen: "Action[Any]", request: HttpRequest, row: Any, *, can: bool
) -> tuple[str | SafeString, bool]:
    """What is said of one, and whether it was done. A form for each: what one may be given is not
    for every other."""
    if not can:
        return gettext("Not possible for this one; nothing done."), False
    form = chosen.form(row, request.POST)
    if not form.is_valid():
        return _wrong(form.errors), False
    try:
        said = chosen.run(row, form, by=actor(request), at=instant.of(request))
    except BylawError as error:
        return error.message, False
    return said if isinstance(said, str) else "", True


def _wrong(errors: Mapping[str, Iterable[object]]) -> str:
    return " ".join(f"{name}: {each}" for name, found in errors.items() for each in found)
