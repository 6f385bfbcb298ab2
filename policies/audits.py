"""Stored policies against their digests and against what the audit trail says of them."""

from collections.abc import Sequence
from typing import Final

from governance.ledger.verification import last_words
from governance.ledger.verification.findings import Findings
from governance.ledger.verification.objects import Rows
from policies import releases
from policies.errors import PolicyProblems
from policies.models import PolicyReview, PolicyVersion, Release
from policies.release import digest_of


def _versions(rows: Sequence[PolicyVersion], found: Findings) -> None:
    """The text has the digest that was recorded last. A draft's text may not be a policy yet."""
    said = last_words.of("policy_version", [row.id for row in rows], having="digest")
    for row in rows:
        where = f"policy {row}"
        if row.status != PolicyVersion.Status.DRAFT and _digest(row) != row.digest:
            found.add("policy-changed", where, "its text has not the digest beside it")
        after = said.get(str(row.id))
        if after is None:
            found.add("object-unrecorded", where, "no entry says where it comes from")
        elif after["digest"] != row.digest:
            found.add("policy-changed", where, "its digest is not the one that was recorded last")
        elif after.get("text_digest", row.text_digest) != row.text_digest:
            found.add("policy-changed", where, "its text is not, byte for byte, what was recorded")


def _digest(row: PolicyVersion) -> str:
    try:
        return releases.document(row).digest
    except PolicyProblems:
        return ""


def _releases(rows: Sequence[Release], found: Findings) -> None:
    members = PolicyVersion.objects.in_bulk([each for row in rows for each in row.members])
    for row in rows:
        there = [members[each] for each in row.members if each in members]
        if digest_of((str(each), each.digest) for each in there) != row.digest:
            found.add(
                "release-changed", f"release {row.digest}", "its versions do not give its digest"
            )


def _reviews(rows: Sequence[PolicyReview], found: Findings) -> None:
    """An act names the text that it was about."""
    for row in rows:
        if row.text and row.text_digest != PolicyVersion(text=row.text).text_digest:
            found.add("policy-changed", f"review {row.id}", "its text has not the digest beside it")


PARTS: Final = (
    Rows("policy versions", PolicyVersion.objects.all, _versions),
    Rows("acts on policies", PolicyReview.objects.all, _reviews),
    Rows("releases", Release.objects.all, _releases),
)
