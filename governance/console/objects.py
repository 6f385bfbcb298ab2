"""The objects that entries of the audit trail name: what people call them, and where their page is.

A few queries for a page of entries, however many: one for each kind of object that has a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from governance.access import reach, reads
from governance.console.lists import ListAdmin
from governance.console.pages import PageAdmin
from governance.ledger.models import Entry

#: Kind of object → the columns that make its name. None of them is about a person but the last.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "incident": ("reference",),
    "clock": ("title",),
    "duty": ("title",),
    "policy_version": ("kind", "name", "version"),
    "team": ("name",),
    "person": ("username",),
}
#: As the trail calls what a page calls otherwise.
_KINDS: Final = {"evidence_package": "export", "verification": "verification"}
_INCIDENT: Final = "incident"
#: What a list is of, or which page it is that is of nothing alone.
_LISTS: Final = {
    "duty": _("duties"),
    "entry": _("entries"),
    "front_page": _("the front page"),
    "person": _("people"),
    "legal_hold": _("legal holds"),
    "retained": _("what is kept and for how long"),
}
#: Kinds, and lists of them, as the trail words them.
WORDED: Final = (
    gettext_noop("api key"),
    gettext_noop("checkpoint"),
    gettext_noop("clock"),
    gettext_noop("dispensation"),
    gettext_noop("duty"),
    gettext_noop("entry"),
    gettext_noop("erasure"),
    gettext_noop("evidence package"),
    gettext_noop("incident"),
    gettext_noop("legal hold"),
    gettext_noop("message"),
    gettext_noop("notice"),
    gettext_noop("on call feed"),
    gettext_noop("person"),
    gettext_noop("policy version"),
    gettext_noop("reassessment run"),
    gettext_noop("saved view"),
    gettext_noop("session"),
    gettext_noop("severity override"),
    gettext_noop("signing key"),
    gettext_noop("submission"),
    gettext_noop("subscription"),
    gettext_noop("team"),
    gettext_noop("timer"),
    gettext_noop("verification"),
    gettext_noop("webhook endpoint"),
    gettext_noop("api keys"),
    gettext_noop("checkpoints"),
    gettext_noop("clocks"),
    gettext_noop("dispensations"),
    gettext_noop("erasures"),
    gettext_noop("evidence packages"),
    gettext_noop("incidents"),
    gettext_noop("messages"),
    gettext_noop("notices"),
    gettext_noop("on call feeds"),
    gettext_noop("policy versions"),
    gettext_noop("reassessment runs"),
    gettext_noop("saved views"),
    gettext_noop("sessions"),
    gettext_noop("severity overrides"),
    gettext_noop("signing keys"),
    gettext_noop("submissions"),
    gettext_noop("subscriptions"),
    gettext_noop("teams"),
    gettext_noop("timers"),
    gettext_noop("verifications"),
    gettext_noop("webhook endpoints"),
)


@dataclass(frozen=True)
class Named:
    """`name` is empty where it has none, `url` where it has no page that the viewer may open."""

    kind: str
    id: str
    name: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        """`incident INC-2026-000001`, or `message …4bf1c2d3`."""
        kind = self.kind.replace("_", " ")
        if self.id == reads.LIST:
            return str(_LISTS[self.kind]) if self.kind in _LISTS else gettext(f"{kind}s")
        worded = gettext(kind)
        return f"{worded} {self.name or short(self.id)}"


@dataclass(frozen=True)
class Names:
    """Of the objects of some entries. `incidents` is id → a row with no more than key, reference
    and system."""

    found: Mapping[tuple[str, str], Named] = field(default_factory=dict)
    incidents: Mapping[UUID, Any] = field(default_factory=dict)

    def of(self, entry: Entry) -> Named:
        key = (_kind(entry), entry.object_id)
        return self.found.get(key, Named(entry.object_kind, entry.object_id))

    def incident(self, entry: Entry) -> Named | None:
        """The incident that an entry belongs to, where it is about something else."""
        if entry.incident_id is None:
            return None
        return self.found.get((_INCIDENT, str(entry.incident_id)))


def named(entries: Iterable[Entry], request: HttpRequest) -> Names:
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        wanted[_kind(entry)].add(entry.object_id)
        if entry.incident_id is not None:
            wanted[_INCIDENT].add(str(entry.incident_id))
    pages = _pages()
    found: dict[tuple[str, str], Named] = {}
    for kind, ids in wanted.items():
        page = pages.get(kind)
        if page is not None and page.has_view_permission(request):
            found |= _of_kind(kind, [each for each in ids if _is_uuid(each)], page, request)
    incidents = _incidents(wanted[_INCIDENT])
    return Names(found, incidents)


def short(id_: str) -> str:
    """A key whose end is enough to tell it from its neighbours; other ids are whole."""
    return f"…{id_[-8:]}" if _is_uuid(id_) else id_


def incident_by(reference: str) -> UUID | None:
    found = _incident_model()._default_manager.filter(reference=reference)
    key: UUID | None = found.values_list("pk", flat=True).first()
    return key


def _of_kind(
    kind: str, ids: list[str], page: ListAdmin[Any], request: HttpRequest
) -> dict[tuple[str, str], Named]:
    names = _read(kind, ids, page, request) if kind in _NAMES and ids else {}
    there = [each for each in ids if kind not in _NAMES or each in names]
    return {
        (kind, each): Named(kind, each, names.get(each, ""), _url(page, each)) for each in there
    }


def _read(
    kind: str, ids: list[str], page: ListAdmin[Any], request: HttpRequest
) -> Mapping[str, str]:
    rows = reach.within(page.model._default_manager.filter(pk__in=ids), page.reached(request))
    return {
        str(key): _joined(kind, parts)
        for key, *parts in rows.values_list("pk", *_NAMES[kind]).order_by()
    }


def _joined(kind: str, parts: list[Any]) -> str:
    if kind == "policy_version":
        return f"{parts[0]}/{parts[1]}@{parts[2]}"
    return " ".join(str(each) for each in parts)


def _url(page: ListAdmin[Any], id_: str) -> str:
    if not isinstance(page, PageAdmin):
        return ""
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_change", args=[id_])


def _pages() -> Mapping[str, ListAdmin[Any]]:
    return {
        reads.kind(model): page
        for model, page in admin.site._registry.items()
        if isinstance(page, ListAdmin)
    }


def _kind(entry: Entry) -> str:
    """What the page of the object is called. A verification is told as of the log."""
    verb = entry.verb.partition(".")[0]
    if verb == "verification":
        return verb
    return _KINDS.get(entry.object_kind, entry.object_kind)


def _incidents(ids: Iterable[str]) -> Mapping[UUID, Any]:
    known = [each for each in ids if _is_uuid(each)]
    if not known:
        return {}
    return _incident_model()._default_manager.only("pk", "reference", "system").in_bulk(known)


def _incident_model() -> type[Model]:
    return apps.get_model(settings.INCIDENT_MODEL)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36
