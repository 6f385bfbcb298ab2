"""On-call feeds: what is kept of each, how old it is, and why it could not be fetched."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import POLICIES_READ
from governance.console import instant, labels, times
from governance.console.lists import ListAdmin
from policies import searching
from policies.feeds import FORGOTTEN
from policies.models import OnCallFeed
from policies.on_call import STALE


@admin.register(OnCallFeed)
class OnCallFeedAdmin(ListAdmin[OnCallFeed]):
    needs = POLICIES_READ
    public = True
    heading = _("On-call feeds")
    manual = "policies#escalation"
    explains = _(
        "Who is on call is read from the copy kept here, so that telling people depends on no "
        "other service. A feed is asked every five minutes; a copy older than a day still counts, "
        "and the messages say how old it is."
    )
    when_empty = _(
        "No escalation matrix names a feed. Rotas in the matrix itself need none; how to name one "
        "is in the documentation of policies."
    )
    list_display = ("name", "state", "fetched", "next_fetch", "address")
    list_display_links = None
    search = searching.FEEDS

    def rows(self, request: HttpRequest) -> QuerySet[OnCallFeed]:
        return OnCallFeed.objects.defer("text")

    def prepare(self, rows: Sequence[OnCallFeed], request: HttpRequest) -> None:
        for feed in rows:
            feed.seen_at = instant.of(request)  # type: ignore[attr-defined]  # for the columns

    @admin.display(description=_("State"))
    def state(self, feed: OnCallFeed) -> SafeString:
        if feed.fetched_at is None and not feed.error:
            return labels.label(gettext("not fetched yet"), "info")
        if feed.error:
            shown = labels.label(gettext("cannot be fetched"), "bad")
            return format_html('{}<span class="by-under">{}</span>', shown, feed.error)
        stale = feed.fetched_at is not None and _seen(feed) - feed.fetched_at > STALE
        return (
            labels.label(gettext("old"), "warn") if stale else labels.label(gettext("good"), "good")
        )

    @admin.display(description=_("Copy of"))
    def fetched(self, feed: OnCallFeed) -> str | SafeString:
        if feed.fetched_at is None:
            return "—"
        return format_html(
            '<span class="by-nowrap">{}</span><span class="by-under">{}</span>',
            times.distance(feed.fetched_at, now=_seen(feed)),
            times.stamp(feed.fetched_at),
        )

    @admin.display(description=_("Asked again"))
    def next_fetch(self, feed: OnCallFeed) -> str | SafeString:
        """A feed that no matrix has named for long is not asked any more."""
        forgotten = _seen(feed) - feed.named_at >= FORGOTTEN
        return "—" if forgotten else times.stamp(feed.next_fetch_at)

    @admin.display(description=_("Address"))
    def address(self, feed: OnCallFeed) -> str:
        return feed.url


def _seen(feed: OnCallFeed) -> Any:
    return feed.seen_at  # type: ignore[attr-defined]  # set by `prepare`
