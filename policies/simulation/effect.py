"""What another release would make of one incident (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

from governance import canonical
from policies.reports import Finding

Status = Literal["applies", "question", "superseded", "does_not_apply", "absent"]
#: The statuses in which somebody has something to do.
OWED: Final = frozenset({"applies", "question"})


@dataclass(frozen=True)
class DutyChange:
    """`absent`: the release has no such duty. In shadow, the law does not bite yet."""

    policy: str
    duty: str
    title: str
    before: Status
    after: Status
    shadow_before: bool
    shadow_after: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class When:
    """A stage's clock: `state` is running, promptly, waiting, not owed, or absent for a stage that
    the release has not."""

    state: Literal["running", "promptly", "waiting", "not owed", "absent"]
    legal: datetime | None = None
    conservative: datetime | None = None
    waits_for: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "legal": _iso(self.legal),
            "conservative": _iso(self.conservative),
            "waits_for": list(self.waits_for),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            data["state"],
            _instant(data["legal"]),
            _instant(data["conservative"]),
            tuple(data["waits_for"]),
        )


@dataclass(frozen=True)
class DateChange:
    policy: str
    duty: str
    stage: str
    before: When
    after: When

    @property
    def direction(self) -> Literal["earlier", "later", "other"]:
        old, new = self.before.legal, self.after.legal
        if old is None or new is None or old == new:
            return "other"
        return "earlier" if new < old else "later"


@dataclass(frozen=True)
class Effect:
    """`before` and `after` are the computed levels, `now` the level that the incident has.
    `findings` keep the report from being accepted by the new release, and not by the old.
    `unregistered`: a register has not its system; what the last decision knew of it was used."""

    id: str
    reference: str
    open: bool
    now: str
    before: str
    after: str
    duties: tuple[DutyChange, ...] = ()
    dates: tuple[DateChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    unregistered: bool = False

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.duties or self.dates)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.id,
            "reference": self.reference,
            "open": self.open,
            "severity": {"now": self.now, "before": self.before, "after": self.after},
            "duties": [{**vars(each), "missing": list(each.missing)} for each in self.duties],
            "dates": [
                {**vars(each), "before": each.before.as_dict(), "after": each.after.as_dict()}
                for each in self.dates
            ],
            "findings": [each.as_dict() for each in self.findings],
            "unregistered": self.unregistered,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            **{name: data[name] for name in ("id", "reference", "open", "unregistered")},
            **data["severity"],
            duties=tuple(
                DutyChange(**{**each, "missing": tuple(each["missing"])}) for each in data["duties"]
            ),
            dates=tuple(
                DateChange(
                    each["policy"],
                    each["duty"],
                    each["stage"],
                    When.from_dict(each["before"]),
                    When.from_dict(each["after"]),
                )
                for each in data["dates"]
            ),
            findings=tuple(Finding(**each) for each in data["findings"]),
        )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else canonical.instant(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
