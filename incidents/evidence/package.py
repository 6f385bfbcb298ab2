"""Putting a package together and closing it: bag, manifests, signature, how to check it.

`data/` has `package.json`, a directory `incidents/REFERENCE` for each incident, `policies` and
`log`. Beside it stand README.txt, check.py, and `signature/` with the envelope, what it signs and
the bare signature.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from governance.ledger import keys
from governance.ledger.models import Checkpoint, SigningKey
from incidents.evidence import bag as bags
from incidents.evidence import collect, envelope, oscal, proofs, rows, rules
from incidents.evidence.bag import Bag, File
from incidents.evidence.picture import Picture
from incidents.evidence.redaction import Redacted, Redaction
from incidents.evidence.report import content, page, sheet

FORMAT: Final = "bylaw-evidence/1"
#: So many payload files are signed one by one; of more, the manifests that name them all.
MOST_SUBJECTS: Final = 2_000
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Label:
    """What a package is: `kind` and `about` as the request has them, `at` when it was asked for."""

    id: str
    kind: str
    about: str
    at: datetime

    @property
    def name(self) -> str:
        return bags.file_name(f"bylaw-{self.about}-{self.at.astimezone(UTC):%Y%m%dT%H%M%SZ}")


@dataclass(frozen=True)
class Into:
    """The directory of one incident in a bag."""

    bag: Bag
    where: str

    def add(self, path: str, data: bytes) -> File:
        return self.bag.add(f"{self.where}/{path}", data)


def add_incident(bag: Bag, of: Picture, redaction: Redaction | None = None) -> None:
    """All of it, or what a redaction leaves."""
    where = f"{collect.INCIDENTS}/{of.incident.reference}"
    into = Into(bag, where)
    if redaction is None:
        _add_files(into, of)
        proofs.add(bag, where, of.entries, of.checkpoint)
        return
    shortened = Redacted(into, redaction)
    _add_files(shortened, of)
    proofs.add(bag, where, of.entries, of.checkpoint, redaction.withholds, shortened.add)
    shortened.finish()


def _add_files(into: collect.Into, of: Picture) -> None:
    collect.add(into, of)
    shown = content.of(of)
    into.add("report.html", page.draw(shown))
    into.add("report.pdf", sheet.draw(shown))
    into.add("oscal/assessment-results.json", rows.text(oscal.assessment_results(of)))
    if (plan := oscal.plan_of_action(of)) is not None:
        into.add("oscal/plan-of-action-and-milestones.json", rows.text(plan))


def close(
    bag: Bag,
    label: Label,
    *,
    releases: Iterable[str],
    checkpoint: Checkpoint,
    earlier: Iterable[Checkpoint],
    said: Mapping[str, Any],
) -> int:
    """Add what all incidents share, the manifests and the signature; returns the size in bytes.
    `said` is what the signature says besides. Raises NoKey."""
    versions = rules.add(bag, releases, checkpoint)
    proofs.add_log(bag, checkpoint, earlier)
    found = {
        "format": FORMAT,
        "id": label.id,
        "kind": label.kind,
        "about": label.about,
        "requested_at": label.at,
        "checkpoint": {
            "origin": checkpoint.text.partition("\n")[0],
            "size": checkpoint.size,
            "root": checkpoint.root,
            "at": checkpoint.at,
        },
        "policies": {str(each): each.digest for each in versions},
        **said,
    }
    bag.add("package.json", rows.text(found))
    return seal(bag, label, found, proofs.signer(checkpoint))


def seal(bag: Bag, label: Label, predicate: Mapping[str, Any], key: SigningKey) -> int:
    """Manifests, instructions and signature of a bag whose payload is complete."""
    manifests = bag.manifests()
    add = partial(_tag, bag)
    tags = [
        *manifests,
        add("bagit.txt", bags.DECLARATION),
        add("bag-info.txt", _info(bag, label)),
        add("README.txt", (_HERE / "README.txt").read_bytes()),
        add("check.py", (_HERE / "check.py").read_bytes()),
    ]
    named = list(bag.payload()) if bag.files <= MOST_SUBJECTS else []
    signed = envelope.sign(
        envelope.statement([*tags, *named], predicate), keys.private(key), key_id=key.id
    )
    verifier = next(each for each in keys.public() if each.hash.hex() == key.id)
    tags += [
        add("signature/statement.dsse.json", signed.text),
        add("signature/statement.pae", signed.pae),
        add("signature/statement.sig", signed.signature),
        add("signature/key.pem", proofs.pem(verifier)),
    ]
    return bag.finish(tags)


def _tag(bag: Bag, path: str, data: bytes) -> File:
    return bag.tag(path, data)


def _info(bag: Bag, label: Label) -> bytes:
    return bags.info(
        [
            ("Source-Organization", settings.PUBLIC_URL),
            ("Bagging-Date", f"{label.at.astimezone(UTC):%Y-%m-%d}"),
            ("External-Identifier", label.id),
            ("External-Description", f"Evidence package, {label.kind}: {label.about}"),
            ("Payload-Oxum", f"{bag.octets}.{bag.files}"),
            ("Bag-Software-Agent", f"Bylaw {settings.VERSION}"),
        ]
    )
