"""Personal values that the audit trail commits to: reasons, notes, addresses, names of files. Those
of erasures stay, or nobody could answer for them; and so do states, which are held apart only where
an entry would be too long with them, and hold nothing personal."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.ledger import erasures, ledger
from governance.ledger.erasures import Named
from governance.ledger.models import PersonalData
from incidents.models import Incident


class Trail:
    name = "trail"
    title = _("Words and addresses in the audit trail")

    def find(self, incident: Incident) -> Sequence[Named]:
        rows = PersonalData.objects.filter(incident_id=incident.id)
        rows = rows.exclude(name__in=ledger.STATES)
        return erasures.named(rows.exclude(entry__verb=erasures.VERB))

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        erasures.drop(named)


TRAIL: Final = Trail()
