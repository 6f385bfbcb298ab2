"""What the lists about incidents are searched by."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from governance.api.searching import Either, Parts, Through, Whole, Words
from incidents.models import Dispensation, Erasure, Export, Incident, Moment, ReassessmentRun
from incidents.models.incident import WORDS


@dataclass(frozen=True)
class _Reference:
    """By the whole reference of the incident that a row may lead to."""

    says: str = "Reference of the incident"

    def condition(self, text: str) -> Q:
        named = Whole(self.says, capitals=("reference",)).condition(text)
        rows = Incident.objects.filter(named).order_by()
        return Q(incident=rows.values("pk")[:1])


INCIDENTS: Final = Words(
    "Words of the reference, the title and the system, each from its beginning; the title where "
    "you may read personal data",
    Incident,
    WORDS,
    ("title",),
)
OF_INCIDENTS: Final = Through("incident", INCIDENTS)
MOMENTS: Final = Either(
    f"{INCIDENTS.says}; words of the source, too",
    (OF_INCIDENTS, Words("", Moment, (), ("source",))),
)
DISPENSATIONS: Final = Either(
    f"{INCIDENTS.says}; or ground", (OF_INCIDENTS, Parts("", Dispensation, ("ground",)))
)
SUBMISSIONS: Final = Either(
    "Whole reference of the incident, id, sender or idempotency key",
    (_Reference(), Whole("", texts=("actor", "idempotency_key"), keys=("id",))),
)
EXPORTS: Final = Parts("Incident or regime", Export, ("about",))
ERASURES: Final = Parts(
    "Reference of the incident, or ground", Erasure, ("incident__reference", "ground")
)
REASSESSMENTS: Final = Parts(
    "Policy version, as in SeverityPolicy/severity@1.2.0", ReassessmentRun, ("causes",)
)
