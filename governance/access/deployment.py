"""What runs here and how it is set, on record when a process starts with other things than before.

What was recorded last is read from the audit trail itself: each entry holds what differs, the first
one everything.
"""

import json
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import django
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from governance import env
from governance.ledger import ledger
from governance.ledger.models import Entry

DEPLOYMENT: Final = "deployment"
_LOCK: Final = 0xDE9107


def record(process: str, *, at: datetime) -> Sequence[Entry]:
    """Entries `settings.changed` and `software.updated` where this process has other settings or
    another software than the one before it of the same name; none where all is as it was. Of
    several that start at once one writes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        events = [
            _event("settings.changed", process, env.effective()),
            _event("software.updated", process, software()),
        ]
        told = [each for each in events if each is not None]
        return ledger.append(*told, by=ledger.system(process), at=at)


def software() -> Mapping[str, str]:
    """Versions, and the last migration that is applied of each package."""
    found = {
        "bylaw": settings.VERSION,
        "django": django.get_version(),
        "postgresql": _server(),
        "python": platform.python_version(),
    }
    for package, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found[f"migration {package}"] = name
    return found


def _event(verb: str, process: str, now: Mapping[str, str]) -> ledger.Event | None:
    before = _recorded(verb, process)
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if not changed:
        return None
    return ledger.Event(
        verb,
        DEPLOYMENT,
        process,
        before={name: before.get(name) for name in changed} if before else None,
        after={name: now.get(name) for name in changed},
    )


def _recorded(verb: str, process: str) -> Mapping[str, str]:
    """What the entries so far add up to."""
    found: dict[str, str] = {}
    rows = Entry.objects.filter(object_kind=DEPLOYMENT, object_id=process, verb=verb)
    for body in rows.order_by("id").values_list("body", flat=True):
        found |= json.loads(body)["after"]
    return {name: value for name, value in found.items() if value is not None}


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return str(version)
