"""The console: one admin site, its name and its menu."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from governance import clock
from governance.access import reads
from governance.accounts import people, sessions
from governance.api.authentication import actor
from governance.console import manual, times
from governance.ledger import ledger
from governance.translated import Text

#: Section → (title, icon, app and model), in the order of the menu. After a colon, which page of
#: the model, where that is not its list.
MENU: Final[tuple[tuple[Text, tuple[tuple[Text, str, str], ...]], ...]] = (
    (
        _("Incidents"),
        (
            (_("Deadline board"), "timer", "incidents.Clock"),
            (_("Incidents"), "crisis_alert", "incidents.Incident"),
            (_("Questions and duties"), "gavel", "incidents.Duty"),
            (_("Schedule"), "schedule", "incidents.Timer"),
            (_("Delays, pauses, waivers"), "pause_circle", "incidents.Dispensation"),
            (_("Notices and reports"), "mark_email_read", "incidents.Notice"),
            (_("Submissions"), "inbox", "incidents.Submission"),
            (_("Systems"), "dns", "incidents.Incident:systems"),
            (_("Reassessments"), "published_with_changes", "incidents.ReassessmentRun"),
            (_("Statistics"), "monitoring", "incidents.Incident:statistics"),
        ),
    ),
    (
        _("Policies"),
        (
            (_("Policy versions"), "policy", "policies.PolicyVersion"),
            (_("Duties of all regimes"), "checklist", "policies.PolicyVersion:duties"),
            (_("Escalation"), "campaign", "policies.PolicyVersion:escalation"),
            (_("What changes when"), "calendar_month", "policies.PolicyVersion:calendar"),
            (_("On-call feeds"), "event_available", "policies.OnCallFeed"),
        ),
    ),
    (
        _("Evidence"),
        (
            (_("Audit trail"), "receipt_long", "ledger.Entry"),
            (_("Verifications"), "verified", "ledger.Verification"),
            (_("Checkpoints"), "verified", "ledger.Checkpoint"),
            (_("Signing keys"), "signature", "ledger.SigningKey"),
            (_("Evidence packages"), "inventory_2", "incidents.Export"),
            (_("Messages"), "outgoing_mail", "outbox.Message"),
            (_("Erasures"), "ink_eraser", "incidents.Erasure"),
            (_("Legal holds"), "lock", "incidents.LegalHold"),
            (_("Retention"), "auto_delete", "incidents.Retained"),
        ),
    ),
    (
        _("Access"),
        (
            (_("People"), "group", "accounts.User"),
            (_("Teams"), "groups", "accounts.Team"),
            (_("API keys"), "key", "accounts.ApiKey"),
            (_("Webhooks"), "webhook", "webhook.WebhookEndpoint"),
            (_("Subscriptions"), "rss_feed", "incidents.Subscription"),
        ),
    ),
)


class BylawAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """The same site for officer, responder and auditor; what each may do, the functions decide."""

    site_title = "Bylaw"
    site_header = "Bylaw"
    index_title = _("AI incident governance")

    def get_urls(self) -> list[Any]:
        # Before the stock ones, of which the last takes every address.
        page, contents = partial(manual.one, site=self), partial(manual.contents, site=self)
        return [
            path("manual/", self.admin_view(contents), name=manual.ROUTE),
            path("manual/<path:name>/", self.admin_view(page), name=f"{manual.ROUTE}_page"),
            *super().get_urls(),
        ]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The first page tells of incidents and deadlines, so who opens it is on record."""
        event = ledger.Event("front_page.read", "front_page", reads.LIST)
        reads.note(event, by=actor(request), at=clock.now())
        shown = {"countdown": times.COUNTDOWN} | (extra_context or {})
        response: HttpResponseBase = super().index(request, shown)
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Django's own page; a change is recorded like every other."""
        with transaction.atomic():
            response: HttpResponseBase = super().password_change(request, extra_context)
            if request.method == "POST" and isinstance(response, HttpResponseRedirect):
                by, kept = actor(request), request.session.get(sessions.KEY)
                people.note_password(UUID(by.id), by=by, at=clock.now(), session=kept)
        return response


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu, without what the viewer may not open."""
    sections = []
    for title, entries in MENU:
        shown = [_entry(*entry) for entry in entries if _may_open(request, entry[2])]
        if shown:
            sections.append({"title": title, "separator": True, "items": shown})
    help_ = {
        "title": gettext("Manual"),
        "icon": "menu_book",
        "link": reverse(f"admin:{manual.ROUTE}"),
    }
    sections.append({"title": gettext("Help"), "separator": True, "items": [help_]})
    _mark(sections, request.path)
    return sections


def _mark(sections: list[dict[str, Any]], path: str) -> None:
    """The entry whose page it is: a page may lie below the list of another entry."""
    entries = [entry for section in sections for entry in section["items"]]
    leading = [entry["link"] for entry in entries if path.startswith(entry["link"])]
    for entry in entries:
        entry["active"] = bool(leading) and entry["link"] == max(leading, key=len)


def _may_open(request: HttpRequest, model: str) -> bool:
    page = admin.site._registry[apps.get_model(model.partition(":")[0])]
    return page.has_view_permission(request)


def _entry(title: Text, icon: str, model: str) -> dict[str, Any]:
    name, _, page = model.partition(":")
    route = f"admin:{name.lower().replace('.', '_')}_{page or 'changelist'}"
    return {"title": title, "icon": icon, "link": reverse(route)}
