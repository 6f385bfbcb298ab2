"""On-call feeds: fetching them in the background, and giving the copy when somebody is to be told.

    copies(urls)   url → the copy that was fetched last
    work(now=)     name the feeds in force, and fetch one that is due; returns how many were fetched

A feed is asked every five minutes, after failures less and less often. What cannot be fetched or
read replaces nothing: the last good copy stays, with the error beside it. One that no matrix in
force has named for ninety days is not asked any more; its copy stays.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q

from governance import canonical, http
from governance.errors import BylawError
from governance.ledger import ledger
from policies import on_call, releases
from policies.documents.escalation_matrix import Feed
from policies.errors import NoRelease
from policies.models import OnCallFeed
from policies.on_call import Copy

log = structlog.get_logger(__name__)
FETCHER: Final = ledger.system("feeds")
EVERY: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(hours=1)
FORGOTTEN: Final = timedelta(days=90)
#: One fetch at a time, within this: a slow feed must not keep the sweeps from their workers.
SECONDS: Final = 10.0
_LEASE: Final = timedelta(seconds=30)
LIMIT: Final = 1_048_576
_NAMED_EVERY: Final = timedelta(hours=1)


def copies(urls: Iterable[str]) -> Mapping[str, Copy]:
    found = OnCallFeed.objects.filter(url__in=list(urls))
    return {each.url: Copy(each.text, each.fetched_at, each.error) for each in found}


def work(*, now: Callable[[], datetime]) -> int:
    _name(at=now())
    feed = _claim(at=now())
    if feed is None:
        return 0
    try:
        text, etag = _fetched(feed, at=now())
    except (BylawError, ValueError) as error:
        _failed(feed, str(error), at=now())
    else:
        _keep(feed, text, etag, at=now())
    return 1


def _name(*, at: datetime) -> None:
    """Have a row for every feed that the matrix in force names."""
    try:
        named = releases.in_force(at).escalation.feeds.values()
    except NoRelease:
        return
    known = {each.url: each for each in OnCallFeed.objects.defer("text")}
    for feed in named:
        row = known.get(feed.url)
        if row is None:
            _begin(feed, at=at)
        elif (row.name, row.zone) != (feed.id, feed.zone) or at - row.named_at > _NAMED_EVERY:
            OnCallFeed.objects.filter(id=row.id).update(name=feed.id, zone=feed.zone, named_at=at)


def _begin(feed: Feed, *, at: datetime) -> None:
    row = OnCallFeed(url=feed.url, name=feed.id, zone=feed.zone, named_at=at, next_fetch_at=at)
    OnCallFeed.objects.bulk_create([row], ignore_conflicts=True)


def _claim(*, at: datetime) -> OnCallFeed | None:
    """The feed to ask now, leased to the caller; None while another process asks one."""
    with transaction.atomic():
        if OnCallFeed.objects.filter(lease_until__gt=at).exists():
            return None
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        due = OnCallFeed.objects.filter(
            free, next_fetch_at__lte=at, named_at__gt=at - FORGOTTEN
        ).order_by("next_fetch_at", "id")
        feed = due.select_for_update(skip_locked=True).first()
        if feed is not None:
            feed.lease_until = at + _LEASE
            feed.save(update_fields=["lease_until"])
    return feed


def _fetched(feed: OnCallFeed, *, at: datetime) -> tuple[str, str]:
    """The text and its etag; those of the copy, if it is still the present. Raises ValueError for
    what cannot be used, and what `http` raises."""
    headers = {"accept": "text/calendar"}
    if feed.etag and feed.text:
        headers["if-none-match"] = feed.etag
    answer = http.get(feed.url, timeout=SECONDS, limit=LIMIT, headers=headers)
    if answer.status == 304 and feed.text:
        return feed.text, feed.etag
    if answer.status != 200:
        raise ValueError(f"The feed answered with status {answer.status}.")
    text = answer.body.decode("utf-8").replace("\0", "")
    on_call.check(text, feed.zone, at)
    etag = answer.headers.get("etag", "")
    return text, etag if len(etag) <= 200 and etag.isascii() else ""


def _keep(feed: OnCallFeed, text: str, etag: str, *, at: datetime) -> None:
    changed = text != feed.text
    with transaction.atomic():
        kept = _held(feed, text=text, etag=etag, fetched_at=at, error="", failures=0,
                     next_fetch_at=at + EVERY)  # fmt: skip
        if kept and changed:
            _record("feed.changed", feed, before=feed.text, after=text, at=at)
        elif kept and feed.failures:
            _record("feed.recovered", feed, before=feed.text, after=text, at=at)


def _failed(feed: OnCallFeed, error: str, *, at: datetime) -> None:
    failures = feed.failures + 1
    wait = min(EVERY * 2 ** min(failures - 1, 6), LONGEST)
    log.warning("feed.failed", feed=feed.name, error=error, failures=failures)
    with transaction.atomic():
        kept = _held(feed, error=error[:500], failures=failures, next_fetch_at=at + wait)
        if kept and failures == 1:
            _record("feed.failed", feed, before=feed.text, after=feed.text, at=at, reason=error)


def _held(feed: OnCallFeed, **columns: object) -> bool:
    """Change the row and let go of it, if the lease is still ours."""
    ours = OnCallFeed.objects.filter(id=feed.id, lease_until=feed.lease_until)
    return bool(ours.update(lease_until=None, **columns))


def _record(
    verb: str, feed: OnCallFeed, *, before: str, after: str, at: datetime, reason: str = ""
) -> None:
    """The entry names texts by their digest: they may be long, and hold names of people."""
    ledger.append(
        ledger.Event(
            verb=verb,
            object_kind="feed",
            object_id=feed.id,
            before={"sha256": canonical.digest(before)} if before else None,
            after={"feed": feed.name, "sha256": canonical.digest(after)},
            because=reason[:500],
        ),
        by=FETCHER,
        at=at,
    )
