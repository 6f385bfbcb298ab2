"""The package of one incident."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from governance.ledger.models import Checkpoint
from incidents.evidence import additions, collect, package, picture, proofs
from incidents.evidence.picture import Picture
from incidents.evidence.redaction import Redaction
from incidents.evidence.work import Work


def total(_scope: Mapping[str, Any], _checkpoint: Checkpoint) -> int:
    """The incident."""
    return 1


def parts(work: Work) -> Iterator[str]:
    """In one go: it takes a second or two. Raises NotSealed, NoKey."""
    of = picture.take(UUID(work.scope["incident"]))
    redaction = _redaction(work.scope)
    package.add_incident(work.bag, of, redaction)
    work.advance(1)
    first = proofs.first_over(of.began)
    stamped = additions.stamped(of.checkpoint, of.entries[-1].leaf.index + 1)
    package.close(
        work.bag,
        work.label,
        releases=collect.digests(of),
        checkpoint=of.checkpoint,
        earlier=[*([first] if first is not None else []), *stamped],
        said={"incidents": [said(of)], **_shortened(redaction)},
    )
    yield from ()


def _redaction(scope: Mapping[str, Any]) -> Redaction | None:
    given = scope.get("redaction")
    return Redaction.read(given["recipient"], given["rules"]) if given else None


def _shortened(redaction: Redaction | None) -> Mapping[str, Any]:
    """That it is a shortened copy, for whom and by which rules."""
    return {"redaction": redaction.as_dict()} if redaction is not None else {}


def said(of: Picture) -> Mapping[str, Any]:
    """What the signature says of an incident: no word that a person wrote."""
    return {
        "id": of.incident.id,
        "reference": of.incident.reference,
        "severity": of.incident.severity,
        "state": of.incident.state,
        "reported_at": of.incident.reported_at,
        "decisions": [
            {"id": each.id, "sha256": each.digest, "release": each.release_id}
            for each in of.decisions
        ],
        "entries": len(of.entries),
        "checkpoint": of.checkpoint.size,
    }
