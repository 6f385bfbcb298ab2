"""Playbooks and reviews as the page of an incident shows them; nothing here is tracked yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.console import role_titles, times
from incidents import guidance
from incidents.models import Decision, Incident
from policies.playbooks import Applicable, Planned
from policies.reviews import Owed
from policies.titles import Titles


def context(
    incident: Incident,
    decision: Decision,
    starts: Mapping[str, datetime],
    titles: Titles,
    *,
    at: datetime,
) -> Mapping[str, Any]:
    found = guidance.of(incident, decision, starts)
    return {
        "playbooks": [_playbook(each, at=at) for each in found.playbooks],
        "reviews": [_review(each, titles, at=at) for each in found.reviews],
    }


def _playbook(playbook: Applicable, *, at: datetime) -> Mapping[str, Any]:
    return {
        "title": playbook.title,
        "policy": playbook.policy,
        "missing": playbook.missing,
        "steps": [_step(planned, at=at) for planned in playbook.steps],
    }


def _step(planned: Planned, *, at: datetime) -> Mapping[str, Any]:
    step = planned.step
    return {
        "phase": step.phase.replace("_", " "),
        "title": step.title,
        "instructions": step.instructions,
        "role": _role(step.role),
        "due": times.stamp(planned.due),
        "left": times.distance(planned.due, now=at) if planned.due is not None else "",
        "rmf": ", ".join(step.rmf),
    }


def _review(review: Owed, titles: Titles, *, at: datetime) -> Mapping[str, Any]:
    demand = review.demand
    return {
        "title": review.title,
        "policy": review.policy,
        "due": times.stamp(review.due),
        "left": times.due(review.due, now=at) if review.due is not None else "",
        "start": titles.moment(demand.start),
        "facilitator": _role(demand.facilitator),
        "participants": ", ".join(_role(name) for name in demand.participants),
        "sections": review.sections,
    }


def _role(name: str) -> str:
    return role_titles.role(name)
