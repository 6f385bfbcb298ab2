"""Every stage of every regime that the research found stands in the pack of that regime.

`data/stages.json` maps the id of each regime to the ids of its stages; a policy names the one that
it follows as `fact: regime/stage`, or `fact: regime` for the regime as a whole.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from policies import shipped
from policies.documents import Document

STAGES: Final[Mapping[str, list[str]]] = json.loads(
    (Path(__file__).parent / "data" / "stages.json").read_text("utf-8")
)
#: The research knows no source of it, and so no address.
WITHOUT_ADDRESS: Final = {"jp-none"}


def policies(regime: str) -> list[Document]:
    """The obligation policies in the pack of the regime."""
    documents = shipped.load([shipped.DIRECTORY / regime])
    return [document for document, _ in documents if document.kind == "ObligationPolicy"]


def opened(document: Document) -> Iterator[str]:
    """The facts of what the pack opens clocks for, or says that it opens none for."""
    spec = document.data["spec"]
    stages = [stage for duty in spec["duties"] for stage in duty["stages"]]
    for each in (*stages, *spec.get("related_duties", [])):
        if "fact" in each:
            yield each["fact"]


def named(node: Any) -> Iterator[str]:
    """Every `fact:`, wherever it stands."""
    if isinstance(node, Mapping):
        if isinstance(fact := node.get("fact"), str):
            yield fact
        for inner in node.values():
            yield from named(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from named(inner)


@pytest.mark.parametrize("regime", STAGES)
def test_every_regime_has_a_pack_with_a_policy(regime: str) -> None:
    assert policies(regime)


@pytest.mark.parametrize("regime", STAGES)
def test_every_stage_is_a_clock_or_says_why_it_is_none(regime: str) -> None:
    shipped_ones = {fact for document in policies(regime) for fact in opened(document)}
    assert {f"{regime}/{stage}" for stage in STAGES[regime]} - shipped_ones == set()


@pytest.mark.parametrize("regime", STAGES)
def test_a_pack_names_no_fact_of_another_regime_or_of_none(regime: str) -> None:
    known = {regime, *(f"{regime}/{stage}" for stage in STAGES[regime])}
    assert {fact for document in policies(regime) for fact in named(document.data)} <= known


@pytest.mark.parametrize("regime", STAGES)
def test_every_policy_says_where_it_comes_from_and_how_well_that_was_checked(regime: str) -> None:
    sources = [document.data["spec"]["source"] for document in policies(regime)]
    needed = {"citation", "status", "verified_on", "verification", "url"}
    if regime in WITHOUT_ADDRESS:
        needed -= {"url"}
    assert all(needed <= set(source) for source in sources)


@pytest.mark.parametrize("regime", STAGES)
def test_every_stage_says_how_well_it_was_checked(regime: str) -> None:
    stages = [
        stage
        for document in policies(regime)
        for duty in document.data["spec"]["duties"]
        for stage in duty["stages"]
    ]
    assert [stage["id"] for stage in stages if "verification" not in stage] == []
