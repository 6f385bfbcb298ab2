"""No pack claims to be checked better than the research that it follows.

`data/verification.json` maps each regime, and each of its stages as `regime/stage`, to the level of
the research of 2026-11-22; where that level is mixed, to what it says of periods and content.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.packs.shipped_release import POLICIES, RELEASE

LEVELS: Final = ("verified", "secondary", "unverified")
RESEARCH: Final[Mapping[str, str]] = json.loads(
    (Path(__file__).parent / "data" / "verification.json").read_text("utf-8")
)
SPECS: Final = {
    document.metadata.name: document.data["spec"] for document, _ in RELEASE.obligations
}


def claims(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the policy follows, and how well it says that it was checked."""
    stages = [stage for duty in spec["duties"] for stage in duty["stages"]]
    for each in (spec["source"], *spec["duties"], *stages, *spec.get("related_duties", ())):
        if "fact" in each and "verification" in each:
            yield each["fact"], each["verification"]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_policy_claims_no_better_level_than_the_research_has(name: str) -> None:
    better = [
        f"{fact}: {claimed}"
        for fact, claimed in claims(SPECS[name])
        if LEVELS.index(claimed) < LEVELS.index(RESEARCH[fact])
    ]
    assert not better
