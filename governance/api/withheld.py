"""Personal data in what is shown: given to whoever may read it, else replaced by a mark that says
why. Nothing is silently absent.

What is personal is what an erasure would take (`incidents.erasable`): free text of the report,
notes and reasons, texts of notices and messages, names and bytes of files, bodies as they were
sent, and personal values of the audit trail. Reading it takes `personal:read`, with the system
that it belongs to. Whoever reads is the caller of the present request; a command or a task, which
is none, reads everything.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse

from governance.access import reach
from governance.access.rules import EVERYTHING, Reach, Rights
from governance.accounts.roles import COMMON, INCIDENTS_READ, PERSONAL_READ
from governance.api import authentication
from governance.errors import BylawError
from governance.ledger.commitments import ERASED

WITHHELD: Final = f"[withheld: {PERSONAL_READ}]"
#: Of objects in lists, what says nothing of anybody: which rule failed, and where.
_KEPT: Final = frozenset({"code", "pointer"})
_REQUEST: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class PersonalDataWithheld(BylawError):
    """What is asked for is personal as a whole, so that nothing would be left of it."""

    code = "personal-data-withheld"
    status = 403


class Reader:
    """Middleware: knows during a request whose it is. The caller is looked at no sooner than
    something personal is to be shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _REQUEST.set(request)
        try:
            return self._get_response(request)
        finally:
            _REQUEST.reset(token)


class Withholding:
    """For a model's serializer: `personal` names the fields that are."""

    personal: ClassVar[tuple[str, ...]] = ()

    def to_representation(self, instance: Any) -> Any:
        shown = super().to_representation(instance)  # type: ignore[misc]
        return shown if self.shows(instance) else hide(shown, self.personal)

    def shows(self, instance: Any) -> bool:
        return shows(instance)


def shows(obj: Model) -> bool:
    """Whether the reader may see what is personal of the object."""
    readable = _readable()
    if readable.everything or not readable:
        return readable.everything
    return _all_seen(readable) or readable.has(reach.system_of(obj))


def sees(*objects: Model) -> bool:
    """Whether the reader may know of these at all, where something else leads to them."""
    request = _REQUEST.get()
    reached = EVERYTHING if request is None else _rights(request).reach((INCIDENTS_READ,))
    return reached.everything or all(reached.has(reach.system_of(each)) for each in objects)


def reads_as(actor: str) -> bool:
    """Whether the reader is this very person or key."""
    request = _REQUEST.get()
    return request is not None and str(authentication.actor(request)) == actor


def need(obj: Model | None = None) -> None:
    """For what is personal as a whole; without an object it is of all systems. Raises
    PersonalDataWithheld."""
    if not (shows(obj) if obj is not None else _readable().everything):
        raise PersonalDataWithheld(
            f"This holds personal data, and reading it takes the scope {PERSONAL_READ} with the "
            "system that it belongs to."
        )


def text(value: str, of: Model) -> str:
    """A text of the object, as the reader may see it."""
    return value if value in ("", ERASED) or shows(of) else WITHHELD


def veil(obj: Any) -> Any:
    """The same object, to be shown and never saved: marks stand in its columns that are personal,
    and in those of what was fetched with it."""
    if _readable().everything or not isinstance(obj, Model):
        return obj
    columns = settings.PERSONAL_COLUMNS.get(_label(obj), ())
    if columns and not shows(obj):
        for name in set(columns) - obj.get_deferred_fields():
            setattr(obj, name, hidden(getattr(obj, name)))
    for each in obj._state.fields_cache.values():
        if isinstance(each, Model) and not getattr(each, "_veiled", False):
            each._veiled = True  # type: ignore[attr-defined]  # once, for they lead to one another
            veil(each)
    return obj


def searchable(model: type[Model], path: str) -> bool:
    """Whether the reader may search by a column, or a path of them with a look-up at its end: what
    is searched for and found is read."""
    readable = _readable()
    if readable.everything or _all_seen(readable):
        return True
    column = ""
    for name in path.lstrip("^=@").split(LOOKUP_SEP):
        if column and not model._meta.get_field(column).is_relation:
            break  # what follows is how to look
        if column:
            model = model._meta.get_field(column).related_model  # type: ignore[assignment]
        column = name
    return column not in settings.PERSONAL_COLUMNS.get(model._meta.label, ())


def hide(shown: Any, names: Iterable[str]) -> Any:
    """What is shown, without what is personal of it."""
    return {**shown, **{name: hidden(shown[name]) for name in names if name in shown}}


def hidden(value: Any) -> Any:
    """The same form with the mark in place of each text; what is erased says so still."""
    match value:
        case str():
            return value if value in ("", ERASED) else WITHHELD
        case list():
            return [hidden(each) for each in value]
        case dict():
            return {name: each if name in _KEPT else hidden(each) for name, each in value.items()}
        case _:
            return value


def _label(obj: Model) -> str:
    return (obj._meta.concrete_model or type(obj))._meta.label


def _readable() -> Reach:
    request = _REQUEST.get()
    return EVERYTHING if request is None else _rights(request).reach((PERSONAL_READ,))


def _all_seen(readable: Reach) -> bool:
    """Whether the reader sees no system but those of which also what is personal: then nobody has
    to look which one an object is of."""
    request = _REQUEST.get()
    rights = Rights() if request is None else _rights(request)
    return rights.everywhere <= COMMON and readable.systems >= frozenset(rights.within)


def _rights(request: HttpRequest) -> Rights:
    return authentication.rights(request.user)
