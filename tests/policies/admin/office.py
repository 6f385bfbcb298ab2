"""What people at the console do with policies: the doors, in one line each."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from governance import clock
from governance.ledger.ledger import Actor
from policies import approvals, drafts
from policies.models import PolicyVersion
from tests import factory
from tests.incidents.admin.desk import Desk
from tests.policies.officers import NEXT

VERSIONS: Final = "policies_policyversion"
BROKEN: Final = NEXT.replace("default: SEV2", "default: SEV9")
#: The same as in force for every example that the tests know, but for its last line.
HARMLESS: Final = factory.text("severity", ("version: 1.0.0", "version: 1.1.0")) + "# a comment\n"


def address(name: str, *args: object) -> str:
    return reverse(f"admin:{VERSIONS}_{name}", args=args)


def actor(desk: Desk) -> Actor:
    return Actor("user", str(desk.user.id))


def draft(desk: Desk, text: str = NEXT) -> PolicyVersion:
    return drafts.create(text, origin="test", by=actor(desk), at=clock.now())


def submitted(desk: Desk, text: str = NEXT, **said: Any) -> PolicyVersion:
    made = draft(desk, text)
    (found,) = approvals.submit([made], by=actor(desk), at=clock.now(), **said)
    return found


def again(version: PolicyVersion) -> PolicyVersion:
    return PolicyVersion.objects.get(id=version.id)


def save(desk: Desk, key: UUID | None, text: str, **more: str) -> HttpResponse:
    """What the editor posts; a browser sends CR LF."""
    path = address("edit", key) if key else address("add")
    return desk.client.post(path, {"text": text.replace("\n", "\r\n"), **more})


def approval(version: PolicyVersion, **given: Any) -> dict[str, Any]:
    """What the form of an approval posts."""
    seen = f"{version.id}={version.text_digest}"
    return {"seen": seen, "reassess": "none", "effective_from": "", "comment": "", **given}
