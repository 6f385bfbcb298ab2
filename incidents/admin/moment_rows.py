"""The candidates for an incident's moments, as its page and theirs show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.api.withheld import veil
from governance.console import labels, times
from incidents.candidates import Candidate
from incidents.models import Clock
from policies.titles import Titles

_UTC = "UTC"


@dataclass(frozen=True)
class Row:
    """`zones` is the time in the zones of the laws whose clocks it started; `why` the reason of its
    choice or withdrawal, by whom and when."""

    candidate: Candidate
    title: str
    at: SafeString
    zones: SafeString
    standing: SafeString
    why: str
    why_by: str
    why_at: SafeString
    by: str
    recorded: SafeString
    url: str


def of(
    found: Sequence[Candidate],
    clocks: Iterable[Clock],
    names: Mapping[str, str],
    titles: Titles,
) -> Sequence[Row]:
    """Those of one moment together, in the order of recording; `clocks` are all of the incident."""
    zones = _zones(clocks)
    ordered = sorted(found, key=lambda each: each.moment.name)
    return [
        _row(each, titles.moment(each.moment.name), zones.get(each.moment.name, ()), names)
        for each in ordered
    ]


def actors(found: Iterable[Candidate]) -> Iterator[str]:
    for each in found:
        yield each.moment.recorded_by
        if each.choice is not None:
            yield each.choice.chosen_by
        if each.withdrawal is not None:
            yield each.withdrawal.withdrawn_by


def _row(candidate: Candidate, title: str, zones: Iterable[str], names: Mapping[str, str]) -> Row:
    moment = veil(candidate.moment)
    why, by, at = _why(candidate)
    local = ((times.local(moment.at, zone),) for zone in zones)
    return Row(
        candidate=candidate,
        title=title,
        at=times.stamp(moment.at),
        zones=format_html_join("", '<span class="by-under">{}</span>', local),
        standing=_standing(candidate),
        why=why,
        why_by=names.get(by, ""),
        why_at=at,
        by=names.get(moment.recorded_by, ""),
        recorded=times.stamp(moment.recorded_at),
        url=reverse("admin:incidents_moment_change", args=[moment.id]),
    )


def _standing(candidate: Candidate) -> SafeString:
    if candidate.counts:
        return labels.label(gettext("counts"), "good")
    if candidate.withdrawal is not None:
        return labels.label(gettext("withdrawn"), "plain")
    return labels.label(gettext("candidate"), "info")


def _why(candidate: Candidate) -> tuple[str, str, SafeString]:
    if candidate.withdrawal is not None:
        row = veil(candidate.withdrawal)
        return row.because, row.withdrawn_by, times.stamp(row.withdrawn_at)
    if candidate.choice is not None:
        choice = veil(candidate.choice)
        return choice.because, choice.chosen_by, times.stamp(choice.chosen_at)
    return "", "", SafeString("")


def _zones(clocks: Iterable[Clock]) -> Mapping[str, Sequence[str]]:
    """Moment → the legal zones of the clocks that it started, but for UTC."""
    found: dict[str, set[str]] = {}
    for clock in clocks:
        if clock.anchor and clock.zone != _UTC:
            found.setdefault(clock.anchor, set()).add(clock.zone)
    return {anchor: sorted(zones) for anchor, zones in found.items()}
