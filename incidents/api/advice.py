"""Playbooks and reviews as the API answers them."""

from typing import Any

from incidents import facts, guidance, selectors
from incidents.models import Incident
from policies.playbooks import Applicable
from policies.reviews import Owed


def of(incident: Incident) -> dict[str, Any]:
    """The playbooks to follow and the reviews that the incident owes."""
    found = guidance.of(incident, selectors.latest_decision(incident), facts.starts(incident))
    return {
        "playbooks": [_playbook(each) for each in found.playbooks],
        "reviews": [_review(each) for each in found.reviews],
    }


def _playbook(playbook: Applicable) -> dict[str, Any]:
    return {
        "policy": playbook.policy,
        "title": playbook.title,
        "missing": playbook.missing,
        "steps": [
            {
                "id": each.step.id,
                "title": each.step.title,
                "phase": each.step.phase,
                "role": each.step.role,
                "due": each.due,
                "instructions": each.step.instructions,
                "action": each.step.action,
                "rmf": each.step.rmf,
            }
            for each in playbook.steps
        ],
    }


def _review(review: Owed) -> dict[str, Any]:
    return {
        "policy": review.policy,
        "title": review.title,
        "from": review.demand.start,
        "due": review.due,
        "facilitator": review.demand.facilitator,
        "participants": review.demand.participants,
        "sections": [
            {"id": each.id, "title": each.title, "prompt": each.prompt, "required": each.required}
            for each in review.sections
        ],
    }
