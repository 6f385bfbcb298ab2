"""MITRE ATLAS case studies as reports. Seventeen are incidents; the others are exercises."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from incidents.replay import atlas_terms, classifications, record, words
from incidents.replay.record import Chosen, Replayed

SET: Final = "atlas"
NAME: Final = "MITRE ATLAS"
SHIPPED: Final = Path(__file__).parent / "data" / "atlas-case-studies.json"

CaseStudy = Mapping[str, Any]
_GRANULARITY: Final = {
    "MONTH": "The record gives month and year only.",
    "YEAR": "The record gives the year only.",
}


class NotAtlasError(Exception):
    """The file holds no ATLAS case studies."""


def read(path: Path) -> list[CaseStudy]:
    """The case studies of our JSON or of a release of ATLAS.yaml. Raises NotAtlasError."""
    text = path.read_text("utf-8")
    try:
        data = json.loads(text) if path.suffix == ".json" else extract(text)
        return list(data["case-studies"])
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise NotAtlasError(f"{path} is neither ATLAS.yaml nor an extract of it.") from error


def extract(text: str) -> dict[str, Any]:
    """What a replay needs of ATLAS.yaml: the case studies, with the names of their techniques."""
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    techniques = {
        technique["id"]: technique["name"]
        for matrix in data["matrices"]
        for technique in matrix["techniques"]
    }
    return {
        "atlas-version": str(data["version"]),
        "case-studies": [_extracted(case, techniques) for case in data["case-studies"]],
    }


def reports(
    cases: Iterable[CaseStudy], *, aware_before: datetime | None, exercises: bool
) -> Iterator[Replayed]:
    """The incidents as reports, and with `exercises` the exercises too, marked as drills."""
    for case in cases:
        if exercises or not is_exercise(case):
            yield to_report(case, aware_before=aware_before)


def is_exercise(case: CaseStudy) -> bool:
    return bool(case["case-study-type"] != "incident")


def to_report(case: CaseStudy, *, aware_before: datetime | None) -> Replayed:
    system = choose_system(case)
    failure_modes = _by_technique(case, atlas_terms.FAILURE_MODES)
    harms = _by_technique(case, atlas_terms.HARMS)
    unauthorised = sorted(_techniques(case) & atlas_terms.UNAUTHORISED)
    body = record.report(
        title=case["name"],
        narrative=_narrative(case, simulated=aware_before is not None),
        system=system.name,
        source={
            "name": NAME,
            "id": case["id"],
            "url": f"https://atlas.mitre.org/studies/{case['id']}",
            "kind": "replay",
        },
        moments=record.moments(
            f"{SET}-{case['id']}",
            date.fromisoformat(case["incident-date"]),
            aware_before=aware_before,
        ),
        facts={
            "harms": record.names(harms),
            "failure_modes": record.names(failure_modes),
            "causes": ["malicious_actor"],
            "security": {"unauthorised_occurrence": True} if unauthorised else {},
            "classifications": classifications.of_atlas(
                step["tactic"] for step in case["procedure"]
            ),
            "drill": True if is_exercise(case) else None,
        },
    )
    reasons = [f"system {system}"]
    reasons += [f"harms {choice}" for choice in harms]
    reasons += [f"failure_modes {choice}" for choice in failure_modes]
    reasons += ["causes malicious_actor: every case study describes an attack"]
    reasons += [f"security.unauthorised_occurrence: {name}" for name in unauthorised]
    return Replayed(SET, case["id"], body, tuple(reasons))


def choose_system(case: CaseStudy) -> Chosen:
    """The system that stands in: by target, then by name, then by summary."""
    for where in ("target", "name", "summary"):
        if choice := words.first(atlas_terms.SYSTEMS, case[where], where=where):
            return choice
    return record.unregistered(case["target"])


def _by_technique(case: CaseStudy, table: atlas_terms.Terms) -> list[Chosen]:
    """One choice a step, in the order of the attack."""
    choices = []
    for step in case["procedure"]:
        technique = step["technique"]
        term = table.get(technique) or table.get(technique[: len("AML.T0000")])
        if term:
            choices.append(Chosen(term, f"{technique} {step['technique-name']}"))
    return list(dict.fromkeys(choices))


def _techniques(case: CaseStudy) -> frozenset[str]:
    return frozenset(step["technique"] for step in case["procedure"])


def _narrative(case: CaseStudy, *, simulated: bool) -> str:
    steps = [
        f"{number}. {step['technique-name']} ({step['technique']}): {step['description'].strip()}"
        for number, step in enumerate(case["procedure"], start=1)
    ]
    kind = "an exercise" if is_exercise(case) else "an incident"
    notes = [
        f"Replayed from MITRE ATLAS, case study {case['id']}, {kind}; target: {case['target']}; "
        f"actor: {case['actor']}. A system of the example register stands in for the target."
    ]
    notes += [_GRANULARITY.get(case["incident-date-granularity"], "")]
    notes += [record.SIMULATED_NOTE] if simulated else []
    return "\n\n".join((case["summary"].strip(), " ".join(filter(None, notes)), "\n".join(steps)))


def _extracted(case: Mapping[str, Any], techniques: Mapping[str, str]) -> dict[str, Any]:
    kept = (
        "id", "name", "summary", "incident-date-granularity", "target", "actor", "case-study-type",
    )  # fmt: skip
    return {
        **{name: case[name] for name in kept},
        "incident-date": str(case["incident-date"]),
        "procedure": [
            {
                "tactic": step["tactic"],
                "technique": step["technique"],
                "technique-name": techniques[step["technique"]],
                "description": step["description"],
            }
            for step in case["procedure"]
        ],
        "references": case.get("references", []),
    }
