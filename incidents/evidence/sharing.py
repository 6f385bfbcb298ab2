"""Handing a package to somebody without an account: a signed link that ends by itself.

The link carries the key of its row under a signature of `BYLAW_SECRET_KEY`; the row says whether it
still counts. Whoever has the link can use it, so each use is an entry.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import F, QuerySet

from governance import english
from governance.access import reach
from governance.access.rules import ANY, Access
from governance.errors import Conflict, Invalid, NotFound
from governance.ledger import ledger
from governance.ledger.ledger import Actor
from incidents.evidence import exports
from incidents.models import Export, ExportShare

MOST_DAYS: Final = 90
#: Who a user of a link is to the audit trail; which link it was, the entry says.
HOLDER: Final = ledger.system("evidence-link")
_SIGNER: Final = signing.Signer(salt="incidents.evidence.sharing")


class Gone(NotFound):
    """A link that never was, is over or was revoked. Whoever asks learns no more than that."""

    code = "link-gone"


def share(export: Export, recipient: str, *, days: int, by: Actor, at: datetime) -> ExportShare:
    """Make a link. It ends with the file, if not before. Raises Conflict while there is no file,
    Invalid."""
    if export.state != Export.State.DONE or export.expires_at is None:
        raise Conflict(f"This package is {english.label(export)}.")
    if not recipient.strip() or not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A link is for somebody, and for 1 to {MOST_DAYS} days.")
    ends = min(at + timedelta(days=days), export.expires_at)
    if ends <= at:
        raise Conflict("The file of this package is about to be deleted. Make a new one.")
    with transaction.atomic():
        made = ExportShare.objects.create(
            export=export,
            recipient=recipient.strip(),
            shared_by=str(by),
            shared_at=at,
            expires_at=ends,
        )
        ledger.append(_event("evidence.shared", made, {"expires_at": ends}), by=by, at=at)
    return made


def revoke(share_: ExportShare, *, by: Actor, at: datetime) -> ExportShare:
    """Raises Conflict where it was revoked already."""
    with transaction.atomic():
        counting = ExportShare.objects.filter(id=share_.id, revoked_at=None)
        if not counting.update(revoked_at=at, revoked_by=str(by)):
            raise Conflict("This link is revoked already.")
        ledger.append(_event("evidence.share_revoked", share_, {}), by=by, at=at)
    return one(share_.id)


def follow(token: str, *, at: datetime) -> tuple[Export, Path]:
    """What a link leads to; that it was used is recorded before a byte leaves. Raises Gone."""
    try:
        id_ = UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        raise _gone() from None
    with transaction.atomic():
        counting = ExportShare.objects.filter(id=id_, revoked_at=None, expires_at__gt=at)
        if not counting.update(uses=F("uses") + 1, used_at=at):
            raise _gone()
        found = one(id_)
        path = exports.file(found.export)
        if found.export.state != Export.State.DONE or not path.is_file():
            raise _gone()
        after = {"sha256": found.export.sha256, "use": found.uses}
        ledger.append(_event("evidence.share_used", found, after), by=HOLDER, at=at)
    return found.export, path


def token(share_: ExportShare) -> str:
    return _SIGNER.sign(str(share_.id))


def counts(share_: ExportShare, *, at: datetime) -> bool:
    """Whether its link still leads somewhere."""
    return share_.revoked_at is None and at < share_.expires_at


def of(export: Export) -> QuerySet[ExportShare]:
    """The latest first."""
    return ExportShare.objects.filter(export=export).order_by("-id")


def one(id_: UUID, access: Access = ANY) -> ExportShare:
    """Raises NotFound, OutOfReach."""
    found = ExportShare.objects.select_related("export").filter(id=id_).first()
    return reach.one(found, access, f"There is no shared package {id_}.")


def _gone() -> Gone:
    return Gone("This link leads to nothing, or does so no more. Ask whoever gave it to you.")


def _event(verb: str, share_: ExportShare, after: dict[str, object]) -> ledger.Event:
    said = {"share": share_.id, "recipient": share_.recipient, **after}
    return exports.event(verb, share_.export, said)
