"""How other taxonomies classify a record, in the terms of the packs that ship.

Only values that a shipped taxonomy names are sent; a pack that an operator has deleted sends none.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from policies import documents, shipped

Row = Mapping[str, str]

# Fact → column of the classification, for the fields with one value and for those with several.
CSET_ONE: Final[Row] = {
    "tangible_harm": "Tangible Harm",
    "ai_harm_level": "AI Harm Level",
    "location_region": "Location Region",
    "autonomy_level": "Autonomy Level",
    "intentional_harm": "Intentional Harm",
}
CSET_ANSWERS: Final[Row] = {
    "impact_on_critical_services": "Impact on Critical Services",
    "rights_violation": "Rights Violation",
    "involving_minor": "Involving Minor",
    "detrimental_content": "Detrimental Content",
    "protected_characteristic": "Protected Characteristic",
}
CSET_MANY: Final[Row] = {
    "harm_distribution_basis": "Harm Distribution Basis",
    "infrastructure_sectors": "Infrastructure Sectors",
    "sector_of_deployment": "Sector of Deployment",
}
GMF_MANY: Final[Row] = {
    "goals": "Known AI Goal",
    "technologies": "Known AI Technology",
    "failures": "Known AI Technical Failure",
}
MIT_ONE: Final[Row] = {"entity": "Entity", "intent": "Intent", "timing": "Timing"}


def of_aiid(*, mit: Row, gmf: Row, cset: Row) -> dict[str, Any]:
    """The fact `classifications` of an AIID record, from its rows of the three sets."""
    return _filled(
        {
            "mit": _filled(
                {"domains": _domain(mit), **_single("mit-ai-risk", "mit_", MIT_ONE, mit)}
            ),
            "gmf": _filled(_several("aiid-gmf", "gmf_", GMF_MANY, gmf)),
            "cset": _filled(
                {
                    **_single("aiid-cset", "cset_", CSET_ONE, cset),
                    **_several("aiid-cset", "cset_", CSET_MANY, cset),
                    **_answers(cset),
                }
            ),
        }
    )


def of_atlas(tactics: Iterable[str]) -> dict[str, Any]:
    """The fact `classifications` of an ATLAS case study, from the tactics of its steps."""
    known = set(_terms("mitre-atlas").get("atlas_tactics", {}).values())
    found = [tactic for tactic in dict.fromkeys(tactics) if tactic in known]
    return _filled({"atlas": _filled({"tactics": found})})


def _domain(row: Row) -> list[str]:
    """The number counts: the spelling of the labels differs between releases."""
    number = re.match(r"\d\.\d", row.get("Risk Subdomain", ""))
    known = set(_terms("mit-ai-risk").get("mit_domains", {}).values())
    return [number[0]] if number and number[0] in known else []


def _single(pack: str, prefix: str, columns: Row, row: Row) -> dict[str, Any]:
    terms = _terms(pack)
    return {
        fact: terms.get(prefix + fact, {}).get(row.get(column, "").strip().lower())
        for fact, column in columns.items()
    }


def _several(pack: str, prefix: str, columns: Row, row: Row) -> dict[str, Any]:
    terms = _terms(pack)
    return {
        fact: _split(row.get(column, ""), terms.get(prefix + fact, {}))
        for fact, column in columns.items()
    }


def _answers(row: Row) -> dict[str, Any]:
    known = _terms("aiid-cset").get("cset_answers", {})
    return {
        fact: known.get(row.get(column, "").strip().lower())
        for fact, column in CSET_ANSWERS.items()
    }


def _split(cell: str, known: Mapping[str, str]) -> list[str]:
    """The ids of the names in a cell. Names hold commas themselves, so the longest counts first."""
    if not known or not cell:
        return []
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    found = re.findall(rf"(?:^|,)\s*({names})\s*(?=,|$)", cell, re.IGNORECASE)
    return list(dict.fromkeys(known[name.lower()] for name in found))


def _filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a record does not say."""
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


@cache
def _terms(pack: str) -> Mapping[str, Mapping[str, str]]:
    """List of terms → title in lower case → id."""
    file = shipped.DIRECTORY / pack / "taxonomy.yaml"
    if not file.is_file():
        return {}
    document = documents.read(file.read_bytes(), path=str(file)).document
    return {
        name: {term.title.lower(): term.id for term in listed}
        for name, listed in (document.spec.terms.items() if document else ())
    }
