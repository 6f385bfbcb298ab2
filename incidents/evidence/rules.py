"""The rules that decided: every policy text of the pinned releases, with what ties it to them.

The digest of a release is that of its file `releases/DIGEST.json`, which lists the digest of each
policy; that is the digest of the policy's canonical JSON, given beside the YAML. Which bytes of
YAML were installed or approved stands in the audit trail, whose entries are here too.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from governance import canonical
from governance.ledger.models import Checkpoint
from incidents.evidence import proofs
from incidents.evidence.bag import Bag, file_name
from policies import models, releases
from policies.errors import PolicyProblems
from policies.models import PolicyVersion

RULES: Final = "policies"


def add(bag: Bag, digests: Iterable[str], checkpoint: Checkpoint) -> Sequence[PolicyVersion]:
    """Every version of these releases once, byte for byte."""
    members: set[UUID] = set()
    for release in models.Release.objects.filter(digest__in=set(digests)).order_by("digest"):
        _add_release(bag, release)
        members |= set(release.members)
    if not members:
        return []
    versions = list(PolicyVersion.objects.filter(id__in=members).order_by("kind", "name", "id"))
    for version in versions:
        stem = f"{RULES}/{version.kind}/{file_name(f'{version.name}@{version.version}')}"
        bag.add(f"{stem}.yaml", version.text.encode())
        if (meaning := _meaning(version)) is not None:
            bag.add(f"{stem}.json", meaning)
    entries = proofs.about("policy_version", members, checkpoint)
    proofs.add(bag, RULES, entries, checkpoint)
    return versions


def _add_release(bag: Bag, release: models.Release) -> None:
    found = PolicyVersion.objects.filter(id__in=release.members).defer("text")
    pairs = sorted([str(each), each.digest] for each in found)
    bag.add(f"{RULES}/releases/{release.digest}.json", canonical.text(pairs).encode())


def _meaning(version: PolicyVersion) -> bytes | None:
    """What its digest is of; None of a text that cannot be read any more."""
    try:
        return canonical.text(releases.document(version).data).encode()
    except PolicyProblems:
        return None
