"""`ETag`, `If-None-Match` and `If-Match` (RFC 9110, 8.8.3 and 13.1).

A tag is `"DIGEST.ENTRY"`: the digest of the whole representation, and the newest entry of the audit
trail about the object. The digest alone is compared; the entry says from where on to tell what
changed.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.access import reads
from governance.api import authentication
from governance.errors import BylawError, Invalid, NotFound
from governance.ledger.models import Entry

if TYPE_CHECKING:
    from governance.api.views import Conventions

#: How many entries a 412 names at most.
MOST: Final = 50
_ROOT: Final = "/api/v1/"
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')


class ChangedMeanwhile(BylawError):
    """The object is not as it was when the caller read it. `changes` are what happened since."""

    code = "changed-meanwhile"
    status = 412


class Required(BylawError):
    code = "if-match-required"
    status = 428


class Pointless(Invalid):
    code = "if-match-without-object"


def nothing(**_url: Any) -> None:
    """The lock of what no request changes."""


def _lock_row(model: type[Model], **url: Any) -> None:
    rows = model._default_manager.select_for_update(of=("self",), no_key=True)
    rows.filter(pk=url["id"]).first()


@dataclass(frozen=True)
class Whole:
    """Of a view that answers with one object: what it is an object of, and what has to be locked
    (given the parameters of the address) so that no other process changes it meanwhile: the row
    that all changes of the object lock. By default its own, by `id`. `kind` is what the audit trail
    calls it, where that is not after its model; `key` the member of the answer that names it."""

    model: type[Model]
    lock: Callable[..., object] | None = None
    kind: str = ""
    key: str = "id"

    def hold(self, url: Mapping[str, Any]) -> None:
        if self.lock is not None:
            self.lock(**url)
        else:
            _lock_row(self.model, **url)

    def entries(self, key: object) -> QuerySet[Entry]:
        """What the audit trail says of it, and of an incident all that belongs to it."""
        kind = self.kind or reads.kind(self.model)
        about = {"incident_id": key} if kind == "incident" else {"object_id": str(key)}
        if kind != "incident":
            about["object_kind"] = kind
        return reads.without(Entry.objects.filter(**about))


def of(whole: Whole, data: Mapping[str, Any]) -> str:
    """The tag of an object as it is shown."""
    digest = hashlib.sha256(JSONRenderer().render(data)).digest()
    newest = whole.entries(data[whole.key]).order_by("-id").values_list("id", flat=True).first()
    return f'"{_short(digest)}.{newest.hex if newest else ""}"'


def shown(request: Request, whole: Whole, answer: Response) -> Response:
    """The answer with its tag; 304 where the caller has it already."""
    data: Any = answer.data
    tag = of(whole, data)
    if _matches(request.headers.get("If-None-Match", ""), tag, weakly=True):
        answer = Response(status=304)
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def checked(request: Request, about: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What `act` answers, if the object at `about`, or at an address above it, is as `If-Match`
    says, under the lock that all changes of the object take. Its new tag goes with the answer.

    Raises ChangedMeanwhile; Pointless where there is no such object; Required where an operator
    wants the header and it is missing.
    """
    asked = _asked(request, about)
    if asked is None:
        return act()
    found, given = asked
    with transaction.atomic():
        found.hold(request)
        found.compare(request, given)
        answer = act()
        with suppress(Http404, NotFound):  # where it was deleted
            answer["ETag"] = of(found.whole, found.shown(request))
    return answer


def agreed(request: Request, about: str) -> None:
    """The same before a change that commits on its own, which has to see under its own lock that
    nobody came between. Raises as `checked` does."""
    if (asked := _asked(request, about)) is None:
        return
    found, given = asked
    with transaction.atomic():
        found.hold(request)
        found.compare(request, given)


def _asked(request: Request, about: str) -> "tuple[_Found, str] | None":
    """The object and what `If-Match` says of it; None where nothing is asked. Raises Pointless,
    Required."""
    given = request.headers.get("If-Match")
    if given is None and not settings.REQUIRE_IF_MATCH:
        return None
    found = _find(about)
    if found is None and given is not None:
        raise Pointless("No object stands at this address whose ETag could match: omit If-Match.")
    if found is None:
        return None
    if given is None:
        raise Required(f"Send If-Match with the ETag that GET {found.address} gave you.")
    return found, given


@dataclass(frozen=True)
class _Found:
    """An object at an address, by the view that shows it."""

    address: str
    view: "type[Conventions]"
    url: Mapping[str, Any]
    whole: Whole

    def hold(self, request: Request) -> None:
        needed = self.view.needs.get("GET", ())
        any_of = (needed,) if isinstance(needed, str) else tuple(needed)
        rights = authentication.rights(request.user)
        held = rights.anywhere if self.view.by_system else rights.everywhere
        if not held.intersection(any_of):
            raise PermissionDenied(f"If-Match needs the scope {' or '.join(any_of)}.")
        self.whole.hold(self.url)

    def shown(self, request: Request) -> Mapping[str, Any]:
        """As a GET answers; that it is read is on record, too."""
        data: Mapping[str, Any] = self.view.look(request, **self.url)
        return data

    def compare(self, request: Request, given: str) -> None:
        data = self.shown(request)
        tag = of(self.whole, data)
        if _matches(given, tag):
            return
        changes = [
            {"entry": str(each.id), "at": each.at, "actor": each.actor, "verb": each.verb}
            for each in _since(given, self.whole.entries(data[self.whole.key]))
        ]
        raise ChangedMeanwhile(
            f"This is not what you read any more. GET {self.address}, look at what changed, and "
            "decide again.",
            extra={"etag": tag, "changes": changes},
        )


def _find(about: str) -> _Found | None:
    """The object at the longest beginning of an address at which there is one."""
    address = about
    while address.startswith(_ROOT) and address != _ROOT:
        try:
            match = resolve(address)
        except Resolver404:
            match = None
        view: Any = getattr(match.func, "cls", None) if match else None
        if match and (whole := getattr(view, "whole", None)):
            return _Found(address, view, match.kwargs, whole)
        address = address.rpartition("/")[0]
    return None


def _since(given: str, entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries after the one that the caller's tag names; without one, the last ones."""
    for _, tag in _TAG.findall(given):
        try:
            entries = entries.filter(id__gt=UUID(tag.partition(".")[2]))
        except ValueError:
            continue
    return entries.order_by("-id")[:MOST]


def _matches(given: str, tag: str, *, weakly: bool = False) -> bool:
    if given.strip() == "*":
        return True
    own = tag.strip('"').partition(".")[0]
    return any(
        each.partition(".")[0] == own and (weakly or not weak) for weak, each in _TAG.findall(given)
    )


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode("ascii")[:22]
