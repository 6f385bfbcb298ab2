"""The notices and files of an incident, on its page, and adding a file there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_RESPOND
from governance.api.withheld import veil
from governance.console import actors, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import contents, correspondence, selectors
from incidents.admin import clock_notices, completeness, notice_items, notice_page
from incidents.admin.notice_actions import FileForm, uploaded
from incidents.contents import Completeness
from incidents.models import Incident, Notice

Drafted = Mapping[UUID, Completeness]
"""Clock → how complete its notice is."""


def context(incident: Incident) -> tuple[dict[str, Any], Drafted]:
    """What the page shows of notices and files, and what the notices say of their clocks."""
    rows = list(selectors.notices().filter(incident=incident))
    found = contents.of_all(rows) if rows else {}
    files = [veil(each) for each in selectors.attachments(incident)]
    names = actors.names(each.added_by for each in files)
    shown: dict[str, Any] = {
        "papers_wait": any(each.state in Notice.LIVE for each in rows),
        "papers": [
            {
                "url": clock_notices.url(each.id),
                "title": each.clock.title,
                "under": each.clock.duty.regime,
                "state": notice_page.state_label(each),
                "complete": notice_items.completeness_label(found[each.id]),
                "when": times.stamp(each.left_at),
            }
            for each in rows
        ],
        "files": [
            {
                "url": reverse("attachment", args=[each.id]),
                "file": each,
                "size": notice_page.size(each.content.size),
                "who": names.get(each.added_by, ""),
                "at": times.stamp(each.added_at),
            }
            for each in files
        ],
    }
    return shown, completeness.by_clock(rows, found)


class AttachToIncident(Action[Incident]):
    name = "attach"
    group = _("Record")
    label = _("Add a file")
    explains = _("It is kept as it is, for good, and who opens it is recorded.")
    needs = INCIDENTS_RESPOND

    def possible(self, incident: Incident) -> bool:
        return incident.state != Incident.State.CLOSED

    def form(self, incident: Incident, data: Any = None) -> FileForm:
        return FileForm(data)

    def filled(self, incident: Incident, request: HttpRequest) -> FileForm:
        return FileForm(request.POST, request.FILES)

    def run(self, incident: Incident, form: FileForm, *, by: Actor, at: datetime) -> str:
        upload = uploaded(form.cleaned_data["file"], purpose=form.cleaned_data["purpose"])
        added, new = correspondence.attach(incident, upload, by=by, at=at)
        return (
            gettext("%(name)s is added.") % {"name": added.name}
            if new
            else gettext("%(name)s was there already.") % {"name": added.name}
        )
