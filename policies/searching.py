"""What the lists of policies are searched by."""

from typing import Final

from governance.api.searching import Parts
from policies.models import OnCallFeed, PolicyVersion

VERSIONS: Final = Parts(
    "Name, title, version or text", PolicyVersion, ("name", "title", "version", "text")
)
FEEDS: Final = Parts("Name or address", OnCallFeed, ("name", "url"))
