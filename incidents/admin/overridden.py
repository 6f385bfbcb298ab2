"""A person's word on the severity, as the page of an incident and the lists show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import reach
from governance.accounts import people
from governance.accounts.roles import INCIDENTS_APPROVE, INCIDENTS_RESPOND
from governance.api import withheld
from governance.api.authentication import actor
from governance.console import labels, times
from governance.console.labels import Tone
from governance.console.lists import may, reached
from governance.translated import Text
from incidents.admin import kept, signed
from incidents.models import Incident, SeverityOverride

State = SeverityOverride.State
_TONES: Final[Mapping[str, Tone]] = {"requested": "warn", "in_force": "info"}


@dataclass(frozen=True)
class Said:
    """A sentence at the head of the page; `action` is the name of what the viewer may do, `link`
    its words."""

    text: SafeString
    action: str = ""
    link: Text = ""


@dataclass(frozen=True)
class Shown:
    """One in the history; who did something stands with the time of it."""

    state: SafeString
    what: str
    requested: SafeString
    reason: str
    decided: SafeString | str
    note: str
    ended: SafeString | str
    because: str


def to_decide(request: HttpRequest) -> QuerySet[SeverityOverride]:
    """The lower severities that the viewer may decide on: none without the scope, never one's own.
    There is one of an incident at most."""
    waiting = SeverityOverride.objects.filter(state=State.REQUESTED)
    mine = reach.within(waiting, reached(request, INCIDENTS_APPROVE))
    return mine.exclude(requested_by=people.behind(actor(request)))


def waiting(incident: Incident) -> SeverityOverride | None:
    """What waits for an approver."""
    return _first(incident, State.REQUESTED)


def in_force(incident: Incident) -> SeverityOverride | None:
    return _first(incident, State.IN_FORCE)


def computed(incident: Incident) -> str:
    """The level that the policies compute."""
    return kept.decisions(incident)[0].severity


def asked(row: SeverityOverride, who: str) -> SafeString:
    """Who asked for what, when and why, for whoever decides."""
    return format_html(
        gettext(
            "{level} instead of {computed}, asked for by {who} at {when}, waits for another "
            "person: {reason}"
        ),
        level=row.level,
        computed=row.computed,
        who=who,
        when=times.stamp(row.requested_at),
        reason=withheld.text(row.reason, row),
    )


def actors_of(incident: Incident) -> Iterator[str]:
    for row in kept.overrides(incident):
        yield from (row.requested_by, row.decided_by, row.ended_by)


def context(
    incident: Incident, names: Mapping[str, str], *, request: HttpRequest
) -> Mapping[str, Any]:
    return {
        "computed": computed(incident),
        "severity_said": list(_head(incident, names, request)),
        "overrides": [_shown(each, names) for each in kept.overrides(incident)],
    }


def _first(incident: Incident, state: SeverityOverride.State) -> SeverityOverride | None:
    return next((each for each in kept.overrides(incident) if each.state == state), None)


def _head(incident: Incident, names: Mapping[str, str], request: HttpRequest) -> Iterator[Said]:
    if row := in_force(incident):
        yield Said(_holds(row, incident, names))
    if row := waiting(incident):
        action, link = _way(row, incident, request)
        yield Said(asked(row, names.get(row.requested_by, "")), action, link)


def _holds(row: SeverityOverride, incident: Incident, names: Mapping[str, str]) -> SafeString:
    return format_html(
        _sentence(row, incident),
        level=row.level,
        computed=computed(incident),
        who=names.get(row.requested_by, ""),
        other=names.get(row.decided_by, ""),
        when=times.stamp(row.decided_at or row.requested_at),
        reason=withheld.text(row.reason, row),
    )


def _sentence(row: SeverityOverride, incident: Incident) -> str:
    if incident.severity == computed(incident):
        return gettext(
            "{level}, set by {who} at {when}, is in force and changes nothing now: the policies "
            "themselves compute {computed}. Reason: {reason}"
        )
    if row.lowers:
        return gettext(
            "{level}, asked for by {who} and approved by {other} at {when}, instead of {computed} "
            "of the policies: {reason}"
        )
    return gettext(
        "{level}, set by {who} at {when} instead of {computed} of the policies: {reason}"
    )


def _way(row: SeverityOverride, incident: Incident, request: HttpRequest) -> tuple[str, Text]:
    """Name and words of the action that the viewer may take on what waits; empty where none."""
    if row.requested_by == people.behind(actor(request)):
        able = may(request, INCIDENTS_RESPOND, incident)
        return ("withdraw_severity", _("Withdraw it")) if able else ("", "")
    able = may(request, INCIDENTS_APPROVE, incident)
    return ("approve_severity", _("Decide")) if able else ("", "")


def _shown(row: SeverityOverride, names: Mapping[str, str]) -> Shown:
    return Shown(
        state=labels.label(row.get_state_display(), _TONES.get(row.state, "plain")),
        what=gettext("%(level)s instead of %(computed)s")
        % {"level": row.level, "computed": row.computed},
        requested=signed.by(row.requested_at, names.get(row.requested_by, "")),
        reason=withheld.text(row.reason, row),
        decided=signed.by(row.decided_at, names.get(row.decided_by, "")) if row.decided_at else "—",
        note=withheld.text(row.note, row),
        ended=signed.by(row.ended_at, names.get(row.ended_by, "")) if row.ended_at else "—",
        because=withheld.text(row.ended_because, row),
    )
