"""What a reassessment changed, as a page shows it: before and after, side by side."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.api.withheld import veil
from governance.console import actors, labels, times
from governance.console.labels import Tone
from governance.translated import Text
from incidents.admin import kept
from incidents.models import Clock, Duty, Incident, Reassessment
from policies import wording
from policies.titles import Place, Titles

TONES: Final[Mapping[str, Tone]] = {
    "pending": "info",
    "failed": "bad",
    "done": "good",
    "left": "plain",
}
_WHAT: Final[Mapping[str, tuple[Text, Tone]]] = {
    "opened": (_("newly owed"), "warn"),
    "confirmed": (_("confirmed"), "info"),
    "questioned": (_("to be determined"), "warn"),
    "fulfilled": (_("nothing owed"), "good"),
    "superseded": (_("superseded"), "plain"),
    "waived": (_("waived"), "plain"),
    "not_applicable": (_("does not apply"), "plain"),
    "entered_shadow": (_("put in shadow"), "plain"),
    "left_shadow": (_("left the shadow"), "warn"),
    "deadlines": (_("deadlines"), "info"),
    "policy": (_("newer policy"), "plain"),
}
_NONE: Final = "—"
_Columns = Mapping[str, Any]
_Row = tuple[str, SafeString | str, SafeString | str]
#: Name of a row, and how it reads.
_Lines = Sequence[tuple[Text, Callable[[_Columns], SafeString | str]]]


@dataclass(frozen=True)
class Change:
    """One duty; `rows` are (what, before, after), only where the two differ."""

    title: str
    what: SafeString
    rows: Sequence[_Row]


@dataclass(frozen=True)
class Shown:
    row: Reassessment
    state: SafeString
    effective: SafeString
    done: SafeString
    retry: SafeString
    versions: Sequence[str]
    approved_by: str
    severity: SafeString
    changes: Sequence[Change]
    url: str
    by: str


def context(incident: Incident) -> dict[str, Any]:
    """What `reassessed.html` takes."""
    found = of(incident)
    waits = any(each.row.state in Reassessment.WAITING for each in found)
    return {"reassessed": found, "reassessment_waits": waits}


def of(incident: Incident) -> list[Shown]:
    """The incident's reassessments, the latest first."""
    rows = Reassessment.objects.filter(incident=incident).select_related("run")
    found = [veil(each) for each in rows.order_by("-id")]
    chose = (each["approved_by"] for row in found for each in _causes(row))
    names = actors.names([*chose, *(row.requested_by for row in found)])
    called = kept.titles(incident)
    return [_shown(row, names, called) for row in found]


def changes(found: Iterable[Mapping[str, Any]], titles: Titles) -> Sequence[Change]:
    """What `differences.between` gives, for `changes.html`."""
    return [_change(each, titles) for each in found]


def people(causes: Iterable[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """Whose approval chose it, by name."""
    return ", ".join(dict.fromkeys(names.get(each["approved_by"], "") for each in causes))


def state(row: Reassessment) -> SafeString:
    return labels.label(row.get_state_display(), TONES[row.state])


def severity(row: Reassessment) -> SafeString:
    """`SEV2 → SEV1`, or the one that stayed; empty while nothing is decided."""
    if not row.severity_after:
        return SafeString("")
    return levels(row.severity_before, row.severity_after)


def levels(before: str, after: str) -> SafeString:
    if before == after:
        return format_html(gettext("{severity} unchanged"), severity=labels.severity(after))
    return format_html("{} → {}", labels.severity(before), labels.severity(after))


def _causes(row: Reassessment) -> Sequence[Mapping[str, str]]:
    return row.run.causes if row.run is not None else ()


def _shown(row: Reassessment, names: Mapping[str, str], titles: Titles) -> Shown:
    return Shown(
        row=row,
        state=state(row),
        effective=times.stamp(row.run.effective_at if row.run is not None else None),
        done=times.stamp(row.done_at),
        retry=times.stamp(row.retry_at),
        versions=row.run.versions if row.run is not None else (),
        approved_by=people(_causes(row), names),
        severity=severity(row),
        changes=changes(row.changes, titles),
        url=_run(row),
        by=names.get(row.requested_by, ""),
    )


def _run(row: Reassessment) -> str:
    """Where the run is that it belongs to; empty for one by hand."""
    if row.run_id is None:
        return ""
    return reverse("admin:incidents_reassessmentrun_change", args=[row.run_id])


def _change(change: Mapping[str, Any], titles: Titles) -> Change:
    text, tone = _WHAT.get(change["what"], (change["what"], "plain"))
    pairs = [
        (str(name), shown(change["before"] or {}), shown(change["after"]))
        for name, shown in _OF_DUTY
    ]
    policy, _, duty = change["duty"].partition("/")
    for stage in change["stages"]:
        before, after = (
            _told(stage[side] or {}, titles, (policy, duty)) for side in ("before", "after")
        )
        pairs += [
            (f"{stage['title']}: {name}", shown(before), shown(after)) for name, shown in _OF_STAGE
        ]
    return Change(change["title"], labels.label(text, tone), list(_different(pairs)))


def _told(clock: _Columns, titles: Titles, place: Place) -> _Columns:
    """With what starts it in words."""
    if not clock:
        return clock
    waits = [titles.start(name, place).shown for name in clock["waits_for"]]
    anchor = titles.start(clock["anchor"], place).shown if clock["anchor"] else ""
    return {**clock, "waits_for": waits, "anchor": anchor}


def _different(pairs: Iterable[_Row]) -> Iterator[_Row]:
    for name, before, after in pairs:
        if before != after:
            yield name, before or _NONE, after or _NONE


def _duty_state(duty: _Columns) -> str:
    return str(Duty.State(duty["state"]).label) if duty else ""


def _shadow(duty: _Columns) -> str:
    return (gettext("yes") if duty["shadow"] else gettext("no")) if duty else ""


def _clock_state(clock: _Columns) -> str:
    if not clock:
        return ""
    if clock["state"] == Clock.State.NOT_STARTED:
        return gettext("Waits for %(names)s") % {"names": gettext(" or ").join(clock["waits_for"])}
    return str(Clock.State(clock["state"]).label)


def _rule(clock: _Columns) -> str:
    if not clock or not clock["counting"]:
        return ""
    begins = gettext("%(period)s from %(anchor)s") % {
        "period": wording.kept(clock["period"]),
        "anchor": clock["anchor"],
    }
    parts = [begins, clock["counting"], clock["calendar"]]
    return ", ".join(filter(None, [*parts, clock["zone"]]))


def _instant(name: str, columns: _Columns) -> SafeString:
    text = columns.get(name)
    at = datetime.fromisoformat(text) if text else None
    return times.both(at, columns.get("zone", "UTC"))


_OF_DUTY: Final[_Lines] = (
    (_("State"), _duty_state),
    (_("Policy"), lambda duty: str(duty.get("policy", ""))),
    (_("In shadow"), _shadow),
    (_("Missing facts"), lambda duty: ", ".join(duty.get("missing", ()))),
    (_("To be determined by"), lambda duty: _instant("determine_by", duty)),
    (_("Superseded by"), lambda duty: str(duty.get("superseded_by", ""))),
)
_OF_STAGE: Final[_Lines] = (
    (_("state"), _clock_state),
    (_("work to"), lambda clock: _instant("conservative_due", clock)),
    (_("legal end"), lambda clock: _instant("legal_due", clock)),
    (_("our own target"), lambda clock: _instant("target_due", clock)),
    (_("counted"), _rule),
)
