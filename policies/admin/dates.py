"""The dates of policies: what begins, ends or waits to, and when laws begin to apply."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.console import times
from governance.console.labels import Tone
from governance.translated import Text
from policies import releases, selectors, wording
from policies.admin import standings
from policies.documents import Document
from policies.models import PolicyReview, PolicyVersion

#: Sort of a date → what the page calls all of its kind, in the order of the page.
SORTS: Final[Mapping[str, Text]] = {
    "policies": _("Versions that begin and end"),
    "asked": _("Asked for, not approved"),
    "laws": _("Laws that begin and end to apply"),
    "calendars": _("Calendars that run out"),
}
_DAY: Final = "%Y-%m-%d"


@dataclass(frozen=True)
class Dated:
    """`what` happens to the version on the day (UTC); `more` says the instant, or what is known
    besides."""

    day: date
    sort: str
    what: str
    title: str
    url: str
    tone: Tone
    more: str = ""
    name: str = ""


def of(now: datetime) -> list[Dated]:
    """Every one that is known, the first day first."""
    rows = list(PolicyVersion.objects.defer("text").order_by("kind", "title"))
    held = list(
        releases.versions_at(now).filter(kind__in=["ObligationPolicy", gettext("Calendar")])
    )
    found = [
        *_versions(rows, now),
        *_asked(),
        *_retiring(),
        *(each for version in held for each in _written(version, releases.document(version))),
    ]
    order = list(SORTS)
    return sorted(found, key=lambda each: (each.day, order.index(each.sort), each.what, each.title))


# --- versions ------------------------------------------------------------------------------------


def _versions(rows: Iterable[PolicyVersion], now: datetime) -> Iterator[Dated]:
    begins = {(each.kind, each.name, each.effective_from): each for each in rows}
    for each in rows:
        if each.effective_from is not None:
            ahead = each.effective_from > now
            what = gettext("comes into force") if ahead else gettext("came into force")
            yield _version(each, each.effective_from, what, "info" if ahead else "good")
        end = each.effective_until
        if end is not None and (each.kind, each.name, end) not in begins:
            ahead = end > now
            yield _version(
                each,
                end,
                gettext("retires") if ahead else gettext("retired"),
                "warn" if ahead else "plain",
            )


def _version(version: PolicyVersion, at: datetime, what: str, tone: Tone, asked: str = "") -> Dated:
    return Dated(
        day=at.astimezone(UTC).date(),
        sort="asked" if asked else "policies",
        what=what,
        title=version.title,
        url=standings.url(version),
        tone=tone,
        more=asked or times.utc(at),
        name=str(version),
    )


def _asked() -> Iterator[Dated]:
    """The days that the authors of versions in review ask for."""
    said = PolicyReview.objects.filter(
        act=PolicyReview.Act.SUBMITTED,
        effective_from__isnull=False,
        version__status=PolicyVersion.Status.IN_REVIEW,
    )
    last = {each.version_id: each for each in said.defer("text").order_by("id")}
    rows = {each.id: each for each in selectors.awaiting().defer("text")}
    for id_, review in last.items():
        version = rows.get(id_)
        if version is not None and review.revision == version.revision and review.effective_from:
            more = gettext("waits for approval; asked for %(utc)s") % {
                "utc": times.utc(review.effective_from)
            }
            yield _version(version, review.effective_from, gettext("would begin"), "warn", more)


def _retiring() -> Iterator[Dated]:
    for each in selectors.retirements().defer("text"):
        if each.retire_at is not None:
            more = gettext("retirement asked for %(utc)s; somebody else must agree") % {
                "utc": times.utc(each.retire_at)
            }
            yield _version(each, each.retire_at, gettext("would retire"), "warn", more)


# --- what the documents say ----------------------------------------------------------------------


def _written(version: PolicyVersion, document: Document) -> Iterator[Dated]:
    spec: Mapping[str, Any] = document.data["spec"]
    if document.kind == "Calendar":
        end = str(spec["covers"]["until"])
        yield _stated(version, end, "calendars", gettext("holidays known until"), "warn")
        return
    source = spec["source"]
    for begin, where in _beginnings(spec):
        yield _stated(version, begin, "laws", gettext("begins to apply"), "info", where)
    if "applies_until" in source:
        yield _stated(
            version, str(source["applies_until"]), "laws", gettext("applies until"), "warn"
        )


def _beginnings(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each day with where it applies from then on."""
    general = spec["source"].get("applies_from")
    stated = [(raw["date"], raw) for raw in spec.get("applies_from", [])]
    if general and general not in {day for day, _ in stated}:
        yield str(general), gettext("in general")
    for day, raw in stated:
        where = (
            gettext("where %(sentence)s") % {"sentence": wording.sentence(raw["when"])}
            if "when" in raw
            else ""
        )
        yield str(day), "; ".join(filter(None, (where, raw.get("note"))))


def _stated(
    version: PolicyVersion, day: str, sort: str, what: str, tone: Tone, more: str = ""
) -> Dated:
    return Dated(
        day=datetime.strptime(day, _DAY).replace(tzinfo=UTC).date(),
        sort=sort,
        what=what,
        title=version.title,
        url=standings.url(version),
        tone=tone,
        more=more,
        name=str(version),
    )
