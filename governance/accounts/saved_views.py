"""Views of lists that a person has named: the filters and the search of an address. Each person has
their own. A removed one is kept for a while of regret, and with the account it is erased.

Each function is one change, in one transaction with its entry.
"""

from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from governance.accounts.models import SavedView, User
from governance.errors import Conflict, Invalid, NotFound
from governance.ledger import ledger

LONGEST_NAME: Final = 80
LONGEST_QUERY: Final = 2_000
MOST: Final = 30
#: What says where somebody was in a list, and not what it shows.
_PLACES: Final = frozenset({"p", "e", "all"})


def of(person: User, page: str) -> QuerySet[SavedView]:
    """Those of one list, `incidents.clock` say, by name."""
    return SavedView.objects.filter(person=person, page=page, removed_at=None).order_by("name")


def one(person: User, id_: UUID) -> SavedView:
    """One of the person's own, removed or not. Raises NotFound."""
    found = SavedView.objects.filter(person=person, id=id_).first()
    if found is None:
        raise NotFound("You have no such view.")
    return found


def save(
    person: User, page: str, *, name: str, query: str, by: ledger.Actor, at: datetime
) -> SavedView:
    """Keep the filters of a list under a name. Raises Invalid, and Conflict for a name in use."""
    called, asked = _named(name), plain(query)
    if len(asked) > LONGEST_QUERY:
        raise Invalid("These filters are too long to be kept.")
    with transaction.atomic():
        if of(person, page).count() >= MOST:
            raise Invalid(f"A list has at most {MOST} views of yours; remove one first.")
        view = SavedView(person=person, page=page, name=called, query=asked, saved_at=at)
        _keep(view, new=True)
        _record("saved_view.saved", view, by=by, at=at)
    return view


def remove(view: SavedView, *, by: ledger.Actor, at: datetime) -> bool:
    """Out of the list; False where it was already."""
    with transaction.atomic():
        gone = SavedView.objects.filter(id=view.id, removed_at=None).update(removed_at=at)
        if gone:
            _record("saved_view.removed", view, by=by, at=at)
    return bool(gone)


def restore(view: SavedView, *, by: ledger.Actor, at: datetime) -> bool:
    """Undo its removal; False where it is there. Raises Conflict for a name that was given to
    another meanwhile."""
    with transaction.atomic():
        held = SavedView.objects.select_for_update(no_key=True).get(id=view.id)
        if held.removed_at is None:
            return False
        held.removed_at = None
        _keep(held, new=False)
        _record("saved_view.restored", held, by=by, at=at)
    return True


def plain(query: str) -> str:
    """The filters of an address in one order, so that equal ones are equal; no page number."""
    pairs = parse_qsl(query, keep_blank_values=False)
    return urlencode(sorted(pair for pair in pairs if pair[0] not in _PLACES))


def _named(name: str) -> str:
    called = " ".join(name.split())
    if not called or "\0" in called:
        raise Invalid("Give the view a name.")
    if len(called) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} characters.")
    return called


def _keep(view: SavedView, *, new: bool) -> None:
    try:
        with transaction.atomic():
            view.save(force_insert=new)
    except IntegrityError as error:
        raise Conflict(f"You have a view called {view.name!r} of this list already.") from error


def _record(verb: str, view: SavedView, *, by: ledger.Actor, at: datetime) -> None:
    """What somebody searches for, and what they call it, may be about a person."""
    personal = {"name": view.name, "query": view.query}
    event = ledger.Event(verb, "saved_view", view.id, after={"page": view.page}, personal=personal)
    ledger.append(event, by=by, at=at)
