"""The release of the shipped packs, and asking it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from policies import shipped
from policies.evaluation import Decision, decide
from policies.release import Release, compile_release

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RELEASE: Release = compile_release(document for document, _ in shipped.load([shipped.DIRECTORY]))
POLICIES = {document.metadata.name: policy for document, policy in RELEASE.obligations}


def decided(facts: Mapping[str, Any], *, at: datetime = NOW) -> Decision:
    organisation = {"sec_registrant": True, **facts.get("organisation", {})}
    return decide(RELEASE, {**facts, "organisation": organisation}, at=at)
