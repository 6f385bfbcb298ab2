"""What of closed incidents goes when, by which rule, and what stands in the way."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import INCIDENTS_READ
from governance.console import labels, times
from governance.console.lists import ListAdmin
from incidents import searching
from incidents.admin import links
from incidents.models import Incident, Retained
from incidents.retention import periods, schedule
from incidents.retention.schedule import Keeping


@admin.register(Retained)
class RetainedAdmin(ListAdmin[Retained]):
    needs = INCIDENTS_READ
    heading = _("Retention")
    manual = "operation#personal-data"
    explains = _(
        "Closed incidents, the longest closed first: until when what may be about a person is "
        "kept, and by which rule. Of the organisation's own period and what the law wants kept the "
        "longest counts. Then it goes by itself; the audit trail and the decisions stay."
    )
    when_empty = _("No incident is closed, so that no period runs.")
    list_display = ("incident_shown", "closed", "kept", "held")
    list_display_links = None
    search = searching.INCIDENTS

    def rows(self, request: HttpRequest) -> QuerySet[Retained]:
        closed = Retained.objects.filter(state=Incident.State.CLOSED)
        return closed.defer("report").order_by("closed_at", "id")

    def prepare(self, rows: Sequence[Retained], request: HttpRequest) -> None:
        found = schedule.of_all(rows, periods.read(settings.RETENTION_PERIODS))
        for row in rows:
            row.keeping = found[row.id]  # type: ignore[attr-defined]

    @admin.display(description=_("Incident"))
    def incident_shown(self, row: Any) -> SafeString:
        return links.incident(row)

    @admin.display(description=_("Closed"))
    def closed(self, row: Retained) -> SafeString:
        return times.stamp(row.closed_at)

    @admin.display(description=_("What is kept until when, and why"))
    def kept(self, row: Any) -> SafeString:
        lines = ((each.kept.title, _until(each), each.why) for each in row.keeping)
        return format_html_join("", '<p>{}: {}<span class="by-under">{}</span></p>', lines)

    @admin.display(description=_("Legal hold"))
    def held(self, row: Any) -> SafeString | str:
        holds = {hold.shown for each in row.keeping for hold in each.holds}
        if not holds:
            return gettext("none")
        said = gettext("holds %(covered)s") % {"covered": ", ".join(sorted(holds))}
        return labels.label(said, "warn")


def _until(keeping: Keeping) -> SafeString | str:
    if keeping.erased_at is not None:
        return format_html(gettext("erased {at}"), at=times.stamp(keeping.erased_at))
    if keeping.until is None:
        return gettext("until a person decides")
    return format_html("{} ({})", times.stamp(keeping.until), keeping.period)
