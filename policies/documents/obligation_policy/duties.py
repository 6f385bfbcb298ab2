"""The duties of an obligation policy, as code reads them."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from policies.conditions import Condition
from policies.counting import Period


@dataclass(frozen=True)
class Anchor:
    """Where a period starts: a recorded moment, or the submission of an earlier stage."""

    kind: Literal["moment", "submitted"]
    name: str

    def __str__(self) -> str:
        return self.name if self.kind == "moment" else f"submitted:{self.name}"


@dataclass(frozen=True)
class Limit:
    """`unless_later` is a moment that, when it came only after the plain period had ended, makes
    the limit fall away (DORA: 24 hours from awareness, unless classified later than that)."""

    anchor: Anchor
    period: Period
    counting: str
    calendar: str | None
    when: Condition | None
    unless_later: str | None = None


@dataclass(frozen=True)
class Every:
    """A report that comes again: `period` after the one before, for as long as `until` (a moment)
    has not come."""

    anchor: Anchor
    period: Period
    counting: str
    calendar: str | None
    until: str


@dataclass(frozen=True)
class Recipient:
    """One of several to whom a stage goes; each has a clock of its own."""

    id: str
    title: str


@dataclass(frozen=True)
class Reminder:
    """Either at a share of the period (0 < `share` < 1) or `before` its end."""

    text: str
    share: float | None
    before: timedelta | None


@dataclass(frozen=True)
class Stage:
    """`limits` is empty for a stage the law wants promptly and without a number; then `promptly`
    is the moment from which it is owed. An `optional` stage is owed only if its start comes to
    pass (an amendment, say): while it waits, the duty can be fulfilled without it. A stage that
    `every` repeats has no limits. `when` narrows the duty's own condition; `recipients` is empty
    when there is but one, `recipient`."""

    id: str
    title: str
    citation: str
    recipient: str
    limits: tuple[Limit, ...]
    promptly: Anchor | None
    optional: bool
    target: timedelta | None
    reminders: tuple[Reminder, ...]
    content: tuple[str, ...]
    when: Condition | None = None
    every: Every | None = None
    recipients: tuple[Recipient, ...] = ()
    template: str | None = None


@dataclass(frozen=True)
class Duty:
    id: str
    title: str
    citation: str
    recipient: str
    owner: str
    when: Condition | None
    supersedes: tuple[str, ...]
    determine_within: timedelta
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class ApplicationDate:
    """The law bites from `first` when `when` holds (always, if None)."""

    first: date
    when: Condition | None


@dataclass(frozen=True)
class ObligationPolicy:
    regime: str
    jurisdiction: str
    authority: str
    citation: str
    status: str
    verification: str
    verified_on: str
    applies_from: tuple[ApplicationDate, ...]
    applies_until: date | None
    applies_when: Condition
    duties: tuple[Duty, ...]


def moments(policy: ObligationPolicy) -> frozenset[str]:
    """Every moment that a clock of this policy waits for, or that ends or lifts one."""
    stages = list(itertools.chain.from_iterable(duty.stages for duty in policy.duties))
    limits = [limit for stage in stages for limit in stage.limits]
    recurring = [stage.every for stage in stages if stage.every]
    anchors = [limit.anchor for limit in limits] + [each.anchor for each in recurring]
    anchors += [stage.promptly for stage in stages if stage.promptly]
    others = {limit.unless_later for limit in limits if limit.unless_later}
    others |= {each.until for each in recurring}
    return frozenset(anchor.name for anchor in anchors if anchor.kind == "moment") | others
