"""Known faults of locked packages: what pip-audit answers, and what we make of it (pure).

Where an index does not serve advisories, pip-audit says of every package that it "could not be
audited", and of all that no fault is known: that is no answer, and is not taken for one.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Accepted:
    """A fault that is known and lived with, for a reason and until a day."""

    id: str
    reason: str
    until: date


@dataclass(frozen=True)
class Verdict:
    """`faults` fail the gate; `notes` say what else somebody should know. Of `looked_up` packages
    it was found out whether they have any."""

    faults: Sequence[str]
    notes: Sequence[str]
    looked_up: int

    @property
    def reached(self) -> bool:
        return self.looked_up > 0


def accepted(text: str) -> Sequence[Accepted]:
    """The list of exceptions, TOML. Raises ValueError where one lacks its reason or its end."""
    found = [
        Accepted(each.get("id", ""), each.get("reason", ""), each.get("until"))
        for each in tomllib.loads(text).get("accepted", [])
    ]
    for each in found:
        if not (each.id and each.reason.strip() and type(each.until) is date):
            raise ValueError(f"Give the exception {each.id!r} an id, a reason and a day: {each}")
    return found


def judge(answer: str, exceptions: Sequence[Accepted], *, today: date) -> Verdict:
    """`answer` is pip-audit's JSON, or empty where it broke off."""
    packages = _packages(answer)
    audited = [each for each in packages if "skip_reason" not in each]
    left_out = [each["name"] for each in packages if "skip_reason" in each]
    known = {each.id: each for each in exceptions}
    faults, notes, met = list[str](), list[str](), set[str]()
    for package in audited:
        for fault in package.get("vulns", []):
            names = {fault["id"], *fault.get("aliases", [])}
            exception = next((known[name] for name in sorted(names & known.keys())), None)
            met |= names & known.keys()
            (notes if _stands(exception, today) else faults).append(
                _words(package, fault, exception)
            )
    if audited and left_out:
        notes.append(f"Could not be looked up: {', '.join(left_out)}.")
    unmet = sorted(known.keys() - met) if audited else []
    notes += [f"The exception {each} is of no package any more: take it out." for each in unmet]
    return Verdict(faults, notes, len(audited))


def _packages(answer: str) -> Sequence[Mapping[str, Any]]:
    try:
        found = json.loads(answer)
    except ValueError:
        return []
    packages: Sequence[Mapping[str, Any]] = found.get("dependencies", [])
    return packages


def _stands(exception: Accepted | None, today: date) -> bool:
    return exception is not None and today <= exception.until


def _words(package: Mapping[str, Any], fault: Mapping[str, Any], exception: Accepted | None) -> str:
    fixed = ", ".join(fault.get("fix_versions", [])) or "no version yet"
    said = f"{package['name']} {package['version']} has {fault['id']}; fixed in {fixed}."
    if exception is None:
        return said
    return f"{said} Accepted until {exception.until}: {exception.reason}"
