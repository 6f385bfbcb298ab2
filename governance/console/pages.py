"""The page of one object, and the actions that it offers. An action calls the function that owns
the change; the page itself writes nothing."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final, Generic

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.access import reads
from governance.api import withheld
from governance.api.authentication import actor
from governance.console import bulk, instant
from governance.console.lists import ListAdmin, M, openings
from governance.errors import BylawError
from governance.ledger.ledger import Actor
from governance.translated import Text

#: Of very many problems the first say enough.
MOST_EXPLAINED: Final = 30


@dataclass(frozen=True)
class Shown:
    """A page in answer to an action, for what can be seen only once."""

    template: str
    context: Mapping[str, Any]


class Action(ABC, Generic[M]):
    """A change that a page offers. `needs` is the scope to make it. One that is `placed` has its
    form somewhere on the page, and not among the others; one that `foresees` can say beforehand
    what it would do. Pages with many show those of one `group` together."""

    name: ClassVar[str]
    label: ClassVar[Text]
    explains: ClassVar[Text] = ""
    needs: ClassVar[str]
    prominent: ClassVar[bool] = False
    placed: ClassVar[bool] = False
    foresees: ClassVar[bool] = False
    group: ClassVar[Text] = ""

    def possible(self, obj: M) -> bool:
        """Whether the state of `obj` lets it; the function called decides in the end."""
        return True

    def form(self, obj: M, data: Any = None) -> forms.Form:
        return forms.Form(data)

    def filled(self, obj: M, request: HttpRequest) -> forms.Form:
        """The form as it was sent; one that takes files reads those too."""
        return self.form(obj, request.POST)

    @abstractmethod
    def run(self, obj: M, form: Any, *, by: Actor, at: datetime) -> str | Shown:
        """Make the change with a valid form and say what was done. Raises BylawError."""

    def foresee(self, obj: M, form: Any, *, by: Actor, at: datetime) -> SafeString:
        """What `run` would do, for the page; nothing of it stays. Raises what `run` raises."""
        return SafeString("")


@dataclass(frozen=True)
class Offer(Generic[M]):
    """An action with the form to fill, `opened` when it has just failed, or was asked what it would
    do, which is `foreseen`."""

    action: Action[M]
    form: forms.Form
    opened: bool = False
    foreseen: str = ""

    def __post_init__(self) -> None:
        # Of several forms on a page, each has ids of its own: a label leads to its own field.
        self.form.auto_id = f"id_{self.action.name}_%s"

    @property
    def fields(self) -> bool:
        """Whether there is anything to fill in; what is only sent along does not count."""
        return bool(self.form.visible_fields())


class PageAdmin(ListAdmin[M]):
    """`page_template` shows the object; `page` gives what it shows. One that is `closed` is not
    shown unless that it is read is on record. `bulk` names the actions of the page that the list
    offers for several at once."""

    has_pages = True
    page_template: ClassVar[str]
    closed: ClassVar[bool] = False
    page_actions: ClassVar[Sequence[Action[Any]]] = ()
    bulk: ClassVar[Sequence[str]] = ()

    def page(self, request: HttpRequest, obj: M) -> dict[str, Any]:
        return {}

    def unsaved(self, obj: M, failed: Offer[M], page: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is shown besides `page`, or instead, when an action has just failed."""
        return {}

    def page_title(self, obj: M) -> str:
        return str(obj)

    def offered(self, request: HttpRequest, obj: M) -> list[Action[M]]:
        """The actions that this viewer may take now."""
        able = [each for each in self.page_actions if each.possible(obj)]
        return [each for each in able if self.may(request, each.needs, obj)]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """With those of the page that may be taken for several, for who may take them at all."""
        offered = [each for each in self.page_actions if each.name in self.bulk]
        return super().get_actions(request) | {
            each.name: (bulk.action(self, each), each.name, each.label)
            for each in offered
            if self.may_some(request, each.needs)
        }

    def may_some(self, request: HttpRequest, scope: str) -> bool:
        """Whether there may be rows with which the viewer may do what takes `scope`."""
        return scope in openings(request, self.model)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            obj = self.visible(request, object_id)
        except reads.Unrecorded as error:
            context = {"title": gettext("Not shown"), "why": error.message}
            return self.answer(request, "console/unrecorded.html", context, status=error.status)
        if request.method == "POST":
            return self._act(request, obj)
        return self._render(request, obj)

    def visible(self, request: HttpRequest, object_id: str) -> M:
        """The object, for a viewer who may see it, which is on record from now on. Raises
        PermissionDenied, Http404, and Unrecorded where it is `closed`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404(
                gettext("There is no %(kind)s %(id)s.")
                % {"kind": self.opts.verbose_name, "id": repr(object_id[:40])}
            )
        if not self.public:
            by, at = actor(request), instant.of(request)
            reads.shown(obj, by=by, at=at, closed=self.closed)
        return obj

    def _act(self, request: HttpRequest, obj: M) -> HttpResponse:
        chosen = request.POST.get("action")
        action = next((each for each in self.offered(request, obj) if each.name == chosen), None)
        if action is None:
            return self._refuse(request, obj, chosen)
        form = action.filled(obj, request)
        if not form.is_valid():
            return self._render(request, obj, failed=action, status=422)
        if action.foresees and "foresee" in request.POST:
            return self._foresee(request, obj, action, form)
        try:
            done = action.run(obj, form, by=actor(request), at=instant.of(request))
        except BylawError as error:
            messages.error(request, explained(error))
            return self._render(request, obj, failed=action, status=error.status)
        if isinstance(done, Shown):
            return self.answer(request, done.template, dict(done.context), status=201)
        messages.success(request, done)
        return HttpResponseRedirect(self.leads_to(request, action))

    def _foresee(
        self, request: HttpRequest, obj: M, action: Action[M], form: forms.Form
    ) -> HttpResponse:
        by, at = actor(request), instant.of(request)
        try:
            found, status = action.foresee(obj, form, by=by, at=at), int(HTTPStatus.OK)
        except BylawError as error:
            found, status = _refused(error), error.status
        return self._render(request, obj, failed=action, foreseen=found, status=status)

    def leads_to(self, request: HttpRequest, action: Action[M]) -> str:
        """Where the browser goes once the change is made."""
        return request.path

    def _refuse(self, request: HttpRequest, obj: M, chosen: str | None) -> HttpResponse:
        """Somebody was faster, or the viewer may never do this; nothing was done."""
        known = [each for each in self.page_actions if each.name == chosen]
        if not any(self.may(request, each.needs, obj) for each in known):
            raise PermissionDenied
        messages.error(request, gettext("This is no longer possible; the page shows what is."))
        return HttpResponseRedirect(request.path)

    def _render(
        self,
        request: HttpRequest,
        obj: M,
        *,
        failed: Action[M] | None = None,
        foreseen: str = "",
        status: int = HTTPStatus.OK,
    ) -> TemplateResponse:
        # Read anew: a function that failed may have left its changes on the object.
        fresh = self.get_object(request, str(obj.pk)) if failed else obj
        shown: M = withheld.veil(fresh if fresh is not None else obj)
        offers = [
            Offer(each, each.filled(shown, request), opened=True, foreseen=foreseen)
            if each is failed
            else Offer(each, each.form(shown))
            for each in self.offered(request, shown)
        ]
        context = {
            "title": self.page_title(shown),
            "original": shown,
            "object": shown,
            "offers": offers,
            "placed": {each.action.name: each for each in offers if each.action.placed},
            **self.page(request, shown),
        }
        for offer in offers:
            if offer.opened:
                context |= self.unsaved(shown, offer, context)
        return self.answer(request, self.page_template, context, status=status)

    def answer(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int
    ) -> TemplateResponse:
        """A page within the frame of the console."""
        frame = self.admin_site.each_context(request)
        request.current_app = self.admin_site.name
        whole = {**frame, "opts": self.opts, "at": instant.of(request), **context}
        return TemplateResponse(request, template, whole, status=status)


def explained(error: BylawError) -> SafeString:
    """The message, and below it every single error that came with it; of problems in documents only
    those, because the message is the first of them."""
    listed = [(each["pointer"] or "/", each["detail"]) for each in _listed(error, "errors")]
    problems = [(_place(each), _said(each)) for each in _listed(error, "problems")]
    if not listed and not problems:
        return format_html("{}", error.message)
    head = gettext("This stands in the way:") if problems else error.message
    every = [*listed, *problems]
    shown = format_html_join("", "<li><code>{}</code> {}</li>", every[:MOST_EXPLAINED])
    more = len(every) - MOST_EXPLAINED
    told = gettext("and %(count)s more") % {"count": more}
    rest = format_html("<li>{}</li>", told) if more > 0 else ""
    return format_html('{}<ul class="by-errors">{}{}</ul>', head, shown, rest)


def _refused(error: BylawError) -> SafeString:
    text = format_html('<p class="by-problem">{}</p>', gettext("It would be refused."))
    return format_html("{}<div>{}</div>", text, explained(error))


def _listed(error: BylawError, name: str) -> Sequence[Any]:
    found = error.extra.get(name)
    return found if isinstance(found, Sequence) else ()


def _place(problem: Any) -> str:
    """Where in which file, as compilers say it."""
    line = f":{problem['line']}:{problem['column']}" if problem["line"] else ""
    return f"{problem['path']}{line}" or problem["code"]


def _said(problem: Any) -> str:
    return f"{problem['message']} {problem['hint']}".strip()
