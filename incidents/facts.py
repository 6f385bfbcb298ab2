"""The facts of an incident as rules see them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance import canonical
from incidents import selectors
from incidents.models import Decision, Incident, MomentChoice
from policies import evaluation, personal_facts, reports
from policies.release import Release


def of_report(report: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """The report joined with the register; instants of moments in one canonical form."""
    facts = evaluation.facts_of(report, release)
    moments = moments_of(report)
    return {**facts, "moments": {name: canonical.instant(at) for name, at in moments.items()}}


def of_incident(incident: Incident, release: Release) -> dict[str, Any]:
    """The facts as known now: the report, with the moments that count in place of its own. Of
    a system that the register has lost, they are what the last decision saw."""
    lost = incident.report["system"] not in release.register.systems
    facts = _without_register(incident, release) if lost else of_report(incident.report, release)
    recorded = {name: canonical.instant(at) for name, at in starts(incident).items()}
    return {**facts, "moments": {**facts["moments"], **recorded}}


def _without_register(incident: Incident, release: Release) -> dict[str, Any]:
    last = selectors.latest_decision(incident)
    moments = moments_of(incident.report)
    return {
        **personal_facts.without(incident.report, release.vocabulary.personal),
        "system": json.loads(last.facts)["system"],
        "organisation": dict(release.register.organisation),
        "moments": {name: canonical.instant(at) for name, at in moments.items()},
    }


def told(report: Mapping[str, Any], decision: Decision, release: Release) -> dict[str, Any]:
    """The facts that the decision saw and, for texts, what may be about a person, as the report has
    it now: erased, where it was. `release` is the decision's."""
    personal = personal_facts.only(report, release.vocabulary.personal)
    return personal_facts.joined(json.loads(decision.facts), personal)


def moments_of(report: Mapping[str, Any]) -> dict[str, datetime]:
    """The moments that a report states. The schema has checked their form."""
    stated = {name: reports.instant_of(text) for name, text in report.get("moments", {}).items()}
    return {name: at for name, at in stated.items() if at is not None}


def starts(incident: Incident) -> dict[str, datetime]:
    """What clocks may start from: for each moment the time that was chosen to count, and for each
    fulfilled stage its submission (`submitted:STAGE` is scoped by duty, so that is added per
    duty)."""
    held = MomentChoice.objects.filter(incident=incident).holding()
    return dict(held.values_list("name", "moment__at"))
