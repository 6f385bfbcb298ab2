"""What the lists about incidents are searched by."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_noop

from governance.api.searching import Either, Parts, Through, Whole, Words
from incidents.models import Dispensation, Erasure, Export, Incident, Moment, ReassessmentRun
from incidents.models.incident import WORDS


@dataclass(frozen=True)
class _Reference:
    """By the whole reference of the incident that a row may lead to."""

    says: str = gettext_noop("Reference of the incident")

    def condition(self, text: str) -> Q:
        named = Whole(self.says, capitals=("reference",)).condition(text)
        rows = Incident.objects.filter(named).order_by()
        return Q(incident=rows.values("pk")[:1])


INCIDENTS: Final = Words(
    gettext_noop(
        "Words of the reference, the title and the system, each from its beginning; the title "
        "where you may read personal data"
    ),
    Incident,
    WORDS,
    ("title",),
)
OF_INCIDENTS: Final = Through("incident", INCIDENTS)
MOMENTS: Final = Either(
    gettext_noop(
        "Words of the reference, the title and the system, each from its beginning; the title "
        "where you may read personal data; words of the source, too"
    ),
    (OF_INCIDENTS, Words("", Moment, (), ("source",))),
)
DISPENSATIONS: Final = Either(
    gettext_noop(
        "Words of the reference, the title and the system, each from its beginning; the title "
        "where you may read personal data; or ground"
    ),
    (OF_INCIDENTS, Parts("", Dispensation, ("ground",))),
)
SUBMISSIONS: Final = Either(
    gettext_noop("Whole reference of the incident, id, sender or idempotency key"),
    (_Reference(), Whole("", texts=("actor", "idempotency_key"), keys=("id",))),
)
EXPORTS: Final = Parts(gettext_noop("Incident or regime"), Export, ("about",))
ERASURES: Final = Parts(
    gettext_noop("Reference of the incident, or ground"), Erasure, ("incident__reference", "ground")
)
REASSESSMENTS: Final = Parts(
    gettext_noop("Policy version, as in SeverityPolicy/severity@1.2.0"),
    ReassessmentRun,
    ("causes",),
)
