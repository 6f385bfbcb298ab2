"""Messages that were sent or given up: what they said, and to whom."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.ledger.erasures import Named
from governance.outbox import erasing
from incidents.models import Incident


class Messages:
    name = "messages"
    title = _("Messages that were sent or could not be")

    def find(self, incident: Incident) -> Sequence[Named]:
        return erasing.named(erasing.over().filter(incident_id=incident.id))

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        erasing.erase(str(each["id"]) for each in named)


MESSAGES: Final = Messages()
