"""What the lists of policies are searched by."""

from typing import Final

from django.utils.translation import gettext_noop

from governance.api.searching import Parts
from policies.models import OnCallFeed, PolicyVersion

VERSIONS: Final = Parts(
    gettext_noop("Name, title, version or text"),
    PolicyVersion,
    ("name", "title", "version", "text"),
)
FEEDS: Final = Parts(gettext_noop("Name or address"), OnCallFeed, ("name", "url"))
