"""One package under way: what of, against which checkpoint, and how far it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from governance.ledger.models import Checkpoint
from incidents.evidence.bag import Bag
from incidents.evidence.package import Label


@dataclass(frozen=True)
class Work:
    """`checkpoint` is the one that was the latest when the work began."""

    bag: Bag
    label: Label
    scope: Mapping[str, Any]
    checkpoint: Checkpoint

    @property
    def done(self) -> int:
        return int(self.bag.notes.get("done", 0))

    def advance(self, count: int) -> None:
        """Note that so many of the total are done."""
        self.bag.notes["done"] = self.done + count


class Maker(Protocol):
    """Makes one kind of package."""

    def total(self, scope: Mapping[str, Any], checkpoint: Checkpoint) -> int:
        """How much there is to do; in which unit is the kind's own affair."""
        ...

    def parts(self, work: Work) -> Iterator[str]:
        """Add part after part, from the bag's cursor on, and close the package after the last. The
        work may end for good after every cursor that comes."""
        ...
