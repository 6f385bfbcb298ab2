import json
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand

from governance import clock
from governance.accounts import keys
from governance.accounts.models import ApiKey
from governance.accounts.roles import SCOPES
from governance.ledger import ledger
from policies import releases

NAME: Final = "try-out"
_LIFE: Final = timedelta(hours=24)


class Command(BaseCommand):
    help = (
        "Mint an API key for trying the service out, good for a day, revoke the former one, and "
        "print it with a report that the policies in force accept, as JSON."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        at, by = clock.now(), ledger.system("setup")
        live = ApiKey.objects.filter(name=NAME, revoked_at__isnull=True)
        for former in live:
            keys.revoke(former, by=by, at=at, reason="Replaced by a new try-out key.")
        _, plain = keys.mint(name=NAME, scopes=SCOPES, by=by, expires_at=at + _LIFE, at=at)
        self.stdout.write(json.dumps({"api_key": plain, "body": _report()}))


def _report() -> dict[str, Any]:
    """A personal data breach by a chat assistant, told of a system that is in the register."""
    systems = releases.in_force(clock.now()).register.systems
    wanted = "support-assistant"
    at = clock.now() - timedelta(hours=2)
    return {
        "incident": {
            "title": "Assistant shows one customer the order history of another",
            "narrative": "After the release of this morning the assistant answered 40 customers "
            "with orders that are not theirs. The release was rolled back.",
        },
        "system": wanted if wanted in systems else next(iter(systems)),
        "harms": ["privacy"],
        "impact": {"people_affected": 40, "reversible": True},
        "personal_data": {"breach": True, "risk": "likely"},
        "moments": {"aware": at.isoformat(timespec="seconds").replace("+00:00", "Z")},
    }
