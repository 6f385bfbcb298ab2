"""A part of what is kept of an incident, that can be erased by itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from django.db.models import Case, Model, Q, QuerySet, TextField, Value, When

from governance.ledger.commitments import ERASED
from governance.ledger.erasures import Named
from governance.translated import Text
from incidents.models import Incident

#: What says that there is nothing to erase, or no more.
_NOTHING: Final = ("", ERASED)


class Part(Protocol):
    """`title` is what the console calls it."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> Text: ...

    def find(self, incident: Incident) -> Sequence[Named]:
        """Each thing that would go: its `table` and `id`, and more where the ledger commits to
        it."""

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        """To be called in the block of the erasure whose entry names them."""


@dataclass(frozen=True)
class Columns:
    """Texts of one model: `texts` are marked as erased where there is one, `emptied` columns get
    the value given."""

    model: type[Model]
    rows: Callable[[Incident], QuerySet[Any]]
    texts: tuple[str, ...]
    emptied: Mapping[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def find(self, incident: Incident) -> Sequence[Named]:
        kept = Q()
        for name in self.texts:
            kept |= ~Q(**{f"{name}__in": _NOTHING})
        for name, nothing in self.emptied.items():
            kept |= ~Q(**{name: nothing})
        keys = self.rows(incident).filter(kept).order_by("pk").values_list("pk", flat=True)
        columns = [*self.texts, *self.emptied]
        return [{"table": self.table, "id": str(key), "columns": columns} for key in keys]

    def erase(self, named: Iterable[Named]) -> None:
        marked = {
            name: Case(
                When(**{name: ""}, then=Value("")), default=Value(ERASED), output_field=TextField()
            )
            for name in self.texts
        }
        keys = [each["id"] for each in named if each["table"] == self.table]
        self.model._default_manager.filter(pk__in=keys).update(**marked, **self.emptied)


@dataclass(frozen=True)
class Texts:
    """A part that is columns of several models."""

    name: str
    title: Text
    columns: tuple[Columns, ...]

    def find(self, incident: Incident) -> Sequence[Named]:
        return [named for each in self.columns for named in each.find(incident)]

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        for each in self.columns:
            each.erase(named)
