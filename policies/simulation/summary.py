"""What a simulation found, counted exactly, with some examples (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from policies.simulation.effect import Effect

_PLAIN: Final = ("total", "changed", "changed_open", "invalid", "unregistered", "complete")
_SEVERITY: Final = ("before", "after")
_DUTY: Final = ("policy", "duty", "before", "after")
_DATE: Final = ("policy", "duty", "stage", "direction")


@dataclass
class Summary:
    """Sums of effects; of two summaries, whichever comes first. `severities` counts (before,
    after), equal ones too; `duties` (policy, duty, before, after); `dates` (policy, duty, stage,
    direction). `examples` are the first of the changed by id, `invalid_examples` of those whose
    report the new release would not accept; `most` bounds each."""

    most: int = 100
    total: int = 0
    changed: int = 0
    changed_open: int = 0
    invalid: int = 0
    unregistered: int = 0
    severities: Counter[tuple[str, str]] = field(default_factory=Counter)
    duties: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    dates: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    examples: list[Effect] = field(default_factory=list)
    invalid_examples: list[Effect] = field(default_factory=list)
    complete: bool = True

    @property
    def unchanged(self) -> int:
        return self.total - self.changed

    def add(self, effect: Effect) -> None:
        self.total += 1
        self.unregistered += effect.unregistered
        self.severities[effect.before, effect.after] += 1
        if effect.changed:
            self._count(effect)
        if effect.findings:
            self.invalid += 1
            _keep(self.invalid_examples, [effect], self.most)

    def merge(self, other: Self) -> None:
        self.total += other.total
        self.changed += other.changed
        self.changed_open += other.changed_open
        self.invalid += other.invalid
        self.unregistered += other.unregistered
        self.severities += other.severities
        self.duties += other.duties
        self.dates += other.dates
        self.complete = self.complete and other.complete
        _keep(self.examples, other.examples, self.most)
        _keep(self.invalid_examples, other.invalid_examples, self.most)

    def as_dict(self) -> Mapping[str, Any]:
        """For JSON."""
        return {
            "total": self.total,
            "changed": self.changed,
            "changed_open": self.changed_open,
            "unchanged": self.unchanged,
            "invalid": self.invalid,
            "unregistered": self.unregistered,
            "complete": self.complete,
            "severities": _rows(self.severities, _SEVERITY),
            "duties": _rows(self.duties, _DUTY),
            "dates": _rows(self.dates, _DATE),
            "examples": [each.as_dict() for each in self.examples],
            "invalid_examples": [each.as_dict() for each in self.invalid_examples],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, most: int) -> Self:
        """What `as_dict` gave, to be added to."""
        return cls(
            most,
            **{name: data[name] for name in _PLAIN},
            severities=_counted(data["severities"], _SEVERITY),
            duties=_counted(data["duties"], _DUTY),
            dates=_counted(data["dates"], _DATE),
            examples=[Effect.from_dict(each) for each in data["examples"]],
            invalid_examples=[Effect.from_dict(each) for each in data["invalid_examples"]],
        )

    def _count(self, effect: Effect) -> None:
        self.changed += 1
        self.changed_open += effect.open
        for duty in effect.duties:
            self.duties[
                duty.policy,
                duty.duty,
                _status(duty.before, shadow=duty.shadow_before),
                _status(duty.after, shadow=duty.shadow_after),
            ] += 1
        for date in effect.dates:
            self.dates[date.policy, date.duty, date.stage, date.direction] += 1
        _keep(self.examples, [effect], self.most)


def _keep(kept: list[Effect], more: list[Effect], most: int) -> None:
    """The first by id, whatever the order in which they come."""
    if len(kept) == most and most and all(each.id > kept[-1].id for each in more):
        return
    kept += more
    kept.sort(key=lambda effect: effect.id)
    del kept[most:]


def _status(status: str, *, shadow: bool) -> str:
    return (
        f"{status} in shadow" if shadow and status not in {"absent", "does_not_apply"} else status
    )


def _rows(counted: Counter[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {**dict(zip(names, key, strict=True)), "count": count}
        for key, count in sorted(counted.items())
    ]


def _counted(rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> Counter[Any]:
    return Counter({tuple(row[name] for name in names): row["count"] for row in rows})
