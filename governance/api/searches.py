"""What the lists of this ground floor are searched by."""

from typing import Final

from django.utils.translation import gettext_noop

from governance.accounts.models import ApiKey, Team, User
from governance.api.searching import Either, Parts, Whole, Words
from governance.connectors.webhook.models import WebhookEndpoint
from governance.outbox.models import Message

#: Whole ids only: these have indexes, and parts of them mean nothing.
ENTRIES: Final = Whole(
    gettext_noop("Whole id of an object, an incident or an entry, or an actor as user:ID"),
    texts=("object_id", "actor"),
    keys=("incident_id", "id"),
)
MESSAGES: Final = Either(
    gettext_noop(
        "Whole reference of the incident; words of the subject and the address, each from its "
        "beginning, where you may read personal data"
    ),
    (
        Whole("", capitals=("incident_reference",)),
        Words("", Message, personal=("subject", "destination")),
    ),
)
PEOPLE: Final = Parts(gettext_noop("User name or address"), User, ("username", "email"))
KEYS: Final = Parts(gettext_noop("Name or prefix"), ApiKey, ("name", "prefix"))
TEAMS: Final = Parts(gettext_noop("Name"), Team, ("name",))
ENDPOINTS: Final = Parts(
    gettext_noop("Name, address or description"), WebhookEndpoint, ("name", "url", "description")
)
