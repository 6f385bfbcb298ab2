"""AI Incident Database (AIID): a snapshot's CSV files as reports.

The database is licensed CC BY-SA 4.0 and is never shipped with this software: the operator gives a
directory. Every party in it is an *alleged* one, and stays so in the narrative.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from incidents.replay import aiid_terms, classifications, record, words
from incidents.replay.aiid_systems import SYSTEMS
from incidents.replay.record import Chosen, Replayed

SET: Final = "aiid"
NAME: Final = "AI Incident Database"
_MALICIOUS: Final = ("2.2", "4.")
# Records on false content: the deaths and injuries of their text are often made up.
_INVENTED: Final = ("3.", "4.")
_CLASSIFICATIONS: Final = ("MIT", "GMF", "CSETv1", "CSETv0")

_ROLES: Final = (
    "deployer of AI system",
    "developer of AI system",
    "harmed or nearly harmed parties",
)

Row = Mapping[str, str]
_NO_ROW: Final[Row] = {}


class NotASnapshotError(Exception):
    """The directory does not hold the files of an AIID snapshot."""


@dataclass(frozen=True)
class Classified:
    """One incident with the classification rows that exist for it, by name of the set."""

    incident: Row
    classifications: Mapping[str, Row]

    def of(self, name: str) -> Row:
        return self.classifications.get(name, _NO_ROW)


def read(directory: Path) -> Iterator[Classified]:
    """Every incident of a snapshot, by number. Raises NotASnapshotError."""
    incidents = directory / "incidents.csv"
    if not incidents.is_file():
        raise NotASnapshotError(
            f"{directory} has no incidents.csv: give the directory of an unpacked AIID snapshot."
        )
    classified = {name: _by_incident(directory, name) for name in _CLASSIFICATIONS}
    for row in sorted(_rows(incidents), key=lambda row: int(row["incident_id"])):
        number = row["incident_id"]
        found = {name: rows[number] for name, rows in classified.items() if number in rows}
        yield Classified(row, found)


def reports(found: Iterable[Classified], *, aware_before: datetime | None) -> Iterator[Replayed]:
    """The reports; with `aware_before`, each aware at a simulated moment before it."""
    return (to_report(each, aware_before=aware_before) for each in found)


def to_report(found: Classified, *, aware_before: datetime | None) -> Replayed:
    row = found.incident
    number = row["incident_id"]
    system = choose_system(found)
    chosen = {
        "harms": choose_harms(found),
        "failure_modes": choose_failure_modes(found),
        "causes": choose_causes(found),
    }
    facts: dict[str, Any] = {name: record.names(choices) for name, choices in chosen.items()}
    facts["impact"] = {"jurisdictions": _country(found)} if _country(found) else {}
    facts["classifications"] = classifications.of_aiid(
        mit=found.of("MIT"), gmf=found.of("GMF"), cset=found.of("CSETv1")
    )
    body = record.report(
        title=row["title"],
        narrative=_narrative(row, simulated=aware_before is not None),
        system=system.name,
        source={
            "name": NAME,
            "id": number,
            "url": f"https://incidentdatabase.ai/cite/{number}",
            "kind": "replay",
        },
        moments=record.moments(
            f"{SET}-{number}", date.fromisoformat(row["date"][:10]), aware_before=aware_before
        ),
        facts=facts,
    )
    reasons = [f"system {system}"]
    reasons += [f"{name} {choice}" for name, choices in chosen.items() for choice in choices]
    return Replayed(SET, number, body, tuple(reasons))


def choose_system(found: Classified) -> Chosen:
    """The system that stands in: by title, then by GMF's goal, then by description."""
    texts = {
        "title": found.incident["title"],
        "GMF goal": found.of("GMF").get("Known AI Goal", ""),
        "description": found.incident["description"],
    }
    for where, text in texts.items():
        if choice := words.first(SYSTEMS, text, where=where):
            return choice
    deployers = _parties(found.incident, "deployer of AI system")
    return record.unregistered(deployers[0] if deployers else "")


def choose_harms(found: Classified) -> list[Chosen]:
    """CSET where it classified the incident, MIT's subdomain otherwise, narrow words last."""
    text = f"{found.incident['title']}. {found.incident['description']}"
    choices = [*_cset_v1_harms(found.of("CSETv1")), *_cset_v0_harms(found.of("CSETv0"))]
    if not choices:
        choices += _terms(aiid_terms.MIT_HARMS, [_subdomain(found)], "MIT subdomain")
    if not _counted(found) and not _subdomain(found).startswith(_INVENTED):
        choices += words.every(aiid_terms.BODILY_HARM, text, where="text")
    choices += words.every(aiid_terms.OTHER_HARM, text, where="text")
    return choices


def choose_failure_modes(found: Classified) -> list[Chosen]:
    """GMF's known technical failures where it names any, MIT's subdomain otherwise."""
    known = _terms(aiid_terms.GMF_FAILURE_MODES, _failures(found), "GMF failure")
    return known or _terms(aiid_terms.MIT_FAILURE_MODES, [_subdomain(found)], "MIT subdomain")


def choose_causes(found: Classified) -> list[Chosen]:
    choices = _terms(aiid_terms.GMF_CAUSES, _failures(found), "GMF failure")
    mit, subdomain = found.of("MIT"), _subdomain(found)
    acted = mit.get("Intent") == "Intentional" and mit.get("Entity") == "Human"
    if acted and subdomain.startswith(_MALICIOUS):
        choices.append(Chosen("malicious_actor", f"MIT Human, Intentional, subdomain {subdomain}"))
    return choices


def _cset_v1_harms(row: Row) -> Iterator[Chosen]:
    if _number(row.get("Lives Lost")) > 0:
        yield Chosen("death", f"CSETv1 counts {row['Lives Lost']} lives lost")
    if _number(row.get("Injuries")) > 0:
        yield Chosen("injury", f"CSETv1 counts {row['Injuries']} injuries")
    for field, terms in aiid_terms.CSET_V1_HARMS.items():
        if row.get(field, "").strip().lower() == "yes":
            yield from (Chosen(term, f"CSETv1 {field}: yes") for term in terms)


def _cset_v0_harms(row: Row) -> Iterator[Chosen]:
    if row.get("Lives Lost") == "True":
        yield Chosen("death", "CSETv0 Lives Lost: True")
    if row.get("Near Miss") != "Near miss":
        yield from _terms(
            aiid_terms.CSET_V0_HARMS, row.get("Harm Type", "").split(","), "CSETv0 harm type"
        )


def _counted(found: Classified) -> bool:
    """Whether CSET said how many people died; then words of the text do not say it again."""
    return bool(found.of("CSETv1").get("Lives Lost", "").strip() or found.of("CSETv0"))


def _subdomain(found: Classified) -> str:
    match = re.match(r"\d\.\d", found.of("MIT").get("Risk Subdomain", ""))
    return match[0] if match else ""


def _failures(found: Classified) -> list[str]:
    return found.of("GMF").get("Known AI Technical Failure", "").split(",")


def _terms(table: aiid_terms.Terms, values: Iterable[str], what: str) -> list[Chosen]:
    known = [value.strip() for value in values]
    return [
        Chosen(term, f"{what} {value}") for value in known for term in table.get(value.lower(), ())
    ]


def _country(found: Classified) -> list[str]:
    code = found.of("CSETv1").get("Location Country (two letters)", "").strip().upper()
    return [code] if re.fullmatch(r"[A-Z]{2}", code) else []


def _narrative(row: Row, *, simulated: bool) -> str:
    parties = [
        f"Alleged {role}: {', '.join(names)}." for role in _ROLES if (names := _parties(row, role))
    ]
    notes = [
        f"Replayed from the AI Incident Database, incident {row['incident_id']} (CC BY-SA 4.0). "
        "What it records are allegations. "
        "A system of the example register stands in for the one involved."
    ]
    notes += [record.SIMULATED_NOTE] if simulated else []
    return "\n\n".join(
        part for part in (row["description"], " ".join(parties), " ".join(notes)) if part
    )


def _parties(row: Row, role: str) -> list[str]:
    """The cell is a JSON array of slugs."""
    try:
        listed = json.loads(row.get(f"Alleged {role}") or "[]")
    except ValueError:
        return []
    return [str(name) for name in listed if name] if isinstance(listed, list) else []


def _number(text: str | None) -> int:
    return int(text) if text and text.strip().isdigit() else 0


def _by_incident(directory: Path, name: str) -> dict[str, Row]:
    file = directory / f"classifications_{name}.csv"
    return {row["Incident ID"]: row for row in _rows(file)} if file.is_file() else {}


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)
