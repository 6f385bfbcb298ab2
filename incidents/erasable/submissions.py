"""What was sent in: bodies, byte for byte, and what was found wrong with them."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.ledger.commitments import ERASED
from governance.ledger.erasures import Named
from incidents.models import Incident, Submission

_KEPT: Final = frozenset({"code", "pointer"})


class Submissions:
    name = "submissions"
    title = _("What was sent in, byte for byte")

    def find(self, incident: Incident) -> Sequence[Named]:
        rows = incident.submissions.exclude(salt=ERASED).order_by("id")
        return [named(row) for row in rows.defer("body")]

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        empty(str(each["id"]) for each in named)


SUBMISSIONS: Final = Submissions()


def named(row: Submission) -> Named:
    return {
        "table": Submission._meta.db_table,
        "id": str(row.id),
        "commitment": f"sha256:{row.body_digest}",
    }


def empty(keys: Iterable[str]) -> None:
    """To be called where an erasure names them. Of problems, code and place stay."""
    for row in Submission.objects.filter(id__in=list(keys)).defer("body"):
        problems = [
            {name: value if name in _KEPT else ERASED for name, value in each.items()}
            for each in row.problems
        ]
        one = Submission.objects.filter(id=row.id)
        one.update(body=b"", salt=ERASED)
        one.update(problems=problems)
