"""What linting checks beyond a single file, one subject a module (pure).

Deciding does not need what is checked here: a rule may be added without making a policy unusable
that has been in force for years.
"""

from collections.abc import Callable, Iterator
from typing import Final

from policies.checks import (
    calendars,
    comparisons,
    contradictions,
    dates,
    duties,
    escalation,
    facts,
    members,
    names,
    policy_tests,
    severities,
    taxonomies,
    templates,
)
from policies.checks.subject import Draft, Subject
from policies.problems import Problem

Check = Callable[[Draft, Subject], Iterator[Problem]]

CHECKS: Final[tuple[Check, ...]] = (
    members.check,
    taxonomies.check,
    facts.check,
    names.check,
    comparisons.check,
    contradictions.check,
    severities.check,
    escalation.check,
    duties.check,
    dates.check,
    calendars.check,
    templates.check,
    policy_tests.check,
)

__all__ = ["CHECKS", "Draft", "Subject"]
