"""What was found so far, of all incidents and of the open ones, as a row keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from policies.simulation import Effect, Summary

#: Changed incidents that each of the two summaries names.
EXAMPLES: Final = 50


@dataclass(frozen=True)
class Found:
    all: Summary
    open: Summary

    @classmethod
    def of(cls, result: Mapping[str, Any] | None) -> Self:
        if result is None:
            return cls(Summary(most=EXAMPLES), Summary(most=EXAMPLES))
        return cls(
            Summary.from_dict(result["all"], most=EXAMPLES),
            Summary.from_dict(result["open"], most=EXAMPLES),
        )

    def add(self, effect: Effect) -> None:
        self.all.add(effect)
        if effect.open:
            self.open.add(effect)

    def as_dict(self, *, complete: bool) -> dict[str, Any]:
        self.all.complete = self.open.complete = complete
        return {"all": self.all.as_dict(), "open": self.open.as_dict()}
