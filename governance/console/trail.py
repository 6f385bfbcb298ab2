"""The audit trail, to read: filters that use its indexes, and each entry byte for byte."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import canonical
from governance.accounts.roles import LEDGER_READ
from governance.api import searches, withheld
from governance.console import (
    actors,
    objects,
    sentences,
    state_differences,
    times,
    trail_head,
    values,
)
from governance.console.objects import Named
from governance.console.pages import PageAdmin
from governance.console.trail_filters import (
    ActorFilter,
    ActorKindFilter,
    IncidentFilter,
    ObjectKindFilter,
    PeriodFilter,
    ReadingFilter,
    SinceFilter,
    UntilFilter,
    VerbFilter,
)
from governance.ledger import readings
from governance.ledger.ledger import STATES
from governance.ledger.models import Entry
from governance.ledger.readings import Held, Reading


@admin.register(Entry)
class EntryAdmin(PageAdmin[Entry]):
    needs = LEDGER_READ
    heading = _("Audit trail")
    manual = "auditor"
    explains = _(
        "Every change, who came in, and who read what, the newest first. The database refuses to "
        "change or delete an entry."
    )
    when_empty = _(
        "No entry matches. Look for the whole id of an object, of an incident or of a key."
    )
    list_display = ("time", "sentence", "why", "about")
    list_display_links = None
    list_filter = (
        PeriodFilter,
        SinceFilter,
        UntilFilter,
        ActorFilter,
        IncidentFilter,
        ReadingFilter,
        VerbFilter,
        ActorKindFilter,
        ObjectKindFilter,
    )
    search = searches.ENTRIES
    change_list_template = "console/trail.html"
    list_before_template = "console/trail_head.html"
    page_template = "console/entry.html"

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes: Any = super().get_changelist_instance(request)
        changes.trail = trail_head.of(changes, request)
        found: ChangeList = changes
        return found

    def prepare(self, rows: Sequence[Entry], request: HttpRequest) -> None:
        names = actors.names(entry.actor for entry in rows)
        known = objects.named(rows, request)
        for reading in readings.read(rows):
            entry: Any = reading.entry
            entry.actor_name = names.get(entry.actor, "")
            entry.named, entry.whole = known.of(entry), known.incident(entry)
            entry.reason = _said(reading, known.incidents.get(entry.incident_id, entry))

    @admin.display(description=_("Time"))
    def time(self, entry: Entry) -> SafeString:
        return times.stamp(entry.at)

    @admin.display(description=_("Who did what"))
    def sentence(self, entry: Any) -> SafeString:
        return format_html(
            '<div class="by-said">{}</div><a class="by-link by-mono by-quiet" href="{}">{}</a>',
            sentence(entry.actor_name, entry, entry.named),
            reverse("admin:ledger_entry_change", args=[entry.id]),
            entry.verb,
        )

    @admin.display(description=_("Why"), empty_value="")
    def why(self, entry: Any) -> str:
        return Truncator(entry.reason).chars(160)

    @admin.display(description=_("Incident"), empty_value="")
    def about(self, entry: Any) -> SafeString | None:
        return linked(entry.whole, name_only=True) if entry.whole is not None else None

    def page(self, request: HttpRequest, obj: Entry) -> dict[str, Any]:
        reading = readings.of(obj)
        record = reading.record
        known = objects.named([obj], request)
        return {
            "entry": obj,
            "sentence": sentence(actors.name(obj.actor), obj, known.of(obj)),
            "why": _said(reading, obj),
            "whole": known.incident(obj),
            "time": times.stamp(obj.at),
            "pairs": _pairs(reading),
            **_states(record["before"], record["after"]),
            "personal": [_personal(*each, obj) for each in reading.personal.items()],
            "pretty": values.pretty(record),
            "digest_fits": canonical.digest(obj.body) == obj.digest,
        }


def _states(before: Any, after: Any) -> dict[str, Any]:
    """Side by side where there are both. Of one alone, what has no value stands apart."""
    found = state_differences.between(before, after)
    compared = bool(before) and bool(after)
    changed = [each for each in found if each.kind != "same"]
    blank = [] if compared else [each for each in changed if each.blank]
    return {
        "compared": compared,
        "changed": [each for each in changed if each not in blank],
        "blank": blank,
        "same": [each for each in found if each.kind == "same"],
    }


def _personal(name: str, held: Held, entry: Entry) -> dict[str, object]:
    """A value that the entry commits to: what it is or was, and what checks it."""
    if name not in STATES and not withheld.shows(entry):
        held = replace(held, value=withheld.hidden(held.value), salt=withheld.WITHHELD)
    shown = held.value if isinstance(held.value, str) else values.pretty(held.value)
    return {"name": name.replace("_", " ").capitalize(), "held": held, "shown": shown}


def _said(reading: Reading, of: Any) -> str:
    """Why, as the reader may see it of the object that it is about."""
    personal = "reason" in reading.personal
    return withheld.text(reading.reason, of) if personal else reading.reason


def sentence(who: str, entry: Entry, named: Named) -> SafeString:
    """Who did what to what, with a link to the object where it has a page."""
    before, after, shown = sentences.around(entry.verb)
    it = linked(named) if shown else ""
    return format_html("<strong>{}</strong> {}{}{}", who or entry.actor, before, it, after)


def linked(named: Named, *, name_only: bool = False) -> SafeString:
    words = (named.name or objects.short(named.id)) if name_only else named.words
    if not named.url:
        return format_html("{}", words)
    bound = " by-nowrap" if name_only else ""
    return format_html('<a class="by-link{}" href="{}">{}</a>', bound, named.url, words)


def _pairs(reading: Reading) -> list[tuple[str, object]]:
    entry = reading.entry
    rows: list[tuple[str, object]] = [
        (gettext("Object"), f"{entry.object_kind} {entry.object_id}"),
        (gettext("Incident"), entry.incident_id),
        (gettext("Actor"), entry.actor),
        (gettext("Request"), entry.request_id),
        (gettext("Entry"), entry.id),
    ]
    return [(name, value) for name, value in rows if value]
