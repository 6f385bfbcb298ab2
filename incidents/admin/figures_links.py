"""Where the page of figures leads to: pictures, files with numbers, and the page for the board."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from governance import canonical
from incidents.figures import measures
from incidents.figures.period import Period
from incidents.figures.question import Question


def links(question: Question, given: Mapping[str, str], period: Period) -> dict[str, str]:
    """`given` leads to the question, and to what is kept for it; files are over the very
    `period`."""
    by = {"by": question.by} if question.by else {}
    over = {"by": question.interval}
    drawn = urlencode(given)
    return {
        **pictures(given),
        "board": f"{reverse('admin:incidents_incident_board')}?{drawn}",
        "svg": f"{reverse('admin:incidents_incident_trend')}?{drawn}",
        "over_times": _file("times", period, **over),
        "over_deadlines": _file("deadlines", period, **over),
        "parts": _file("deadlines", period, **by),
        "trend": _file("trend", period, interval=question.interval),
        "times": _file("times", period, **by),
        "deadlines": _file("deadlines", period),
    }


def pictures(given: Mapping[str, str]) -> dict[str, str]:
    """Of each measure."""
    drawn = urlencode(given)
    return {
        name: f"{reverse(f'admin:incidents_incident_{name}')}?{drawn}" for name in measures.TITLES
    }


def _file(name: str, period: Period, **more: str) -> str:
    since, until = canonical.instant(period.since), canonical.instant(period.until)
    given = {"since": since, "until": until, **more}
    return f"{reverse('statistics')}/{name}.csv?{urlencode(given)}"
