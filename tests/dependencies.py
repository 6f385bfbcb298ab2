"""`make audit`: are faults known of what requirements.lock installs?

A known fault fails, unless `[tool.bylaw.accepted-advisories]` of pyproject.toml accepts it, with
the reason and a last day. Where no service of advisories answers, as behind a mirror that serves
packages only, nothing is known: that is said, and does not fail.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
SERVICES: Final = ("pypi", "osv")
_PATIENCE: Final = 120.0  # seconds for all packages


@dataclass(frozen=True)
class Verdict:
    """`unknown` are packages of which the service had nothing, be it good or bad."""

    faults: Sequence[str]
    accepted: Sequence[str]
    unknown: Sequence[str]
    audited: int


def main() -> int:
    accepted = accepted_advisories((CHECKOUT / "pyproject.toml").read_text())
    today = datetime.now(UTC).date()
    for service in SERVICES:
        report = asked(service)
        found = verdict(report, accepted, today=today) if report else None
        if found is not None and found.audited:
            return said(found)
    print("audit: no service of advisories answers here; nothing is known of the dependencies.")
    return 0


def said(found: Verdict) -> int:
    for each in (*found.faults, *found.accepted):
        print(f"audit: {each}")
    if found.unknown:
        print(f"audit: not known to the service: {', '.join(found.unknown)}")
    print(f"audit: {found.audited} packages, {len(found.faults)} known faults.")
    return 1 if found.faults else 0


def asked(service: str) -> Mapping[str, Any] | None:
    """What pip-audit reports; None where it could not."""
    options = ["-r", "requirements.lock", "--require-hashes", "--disable-pip", "-f", "json"]
    command = [sys.executable, "-m", "pip_audit", "-s", service, *options]
    try:
        ran = subprocess.run(
            [*command, "--progress-spinner", "off"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        report: Mapping[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return report


def verdict(
    report: Mapping[str, Any], accepted: Mapping[str, Mapping[str, Any]], *, today: date
) -> Verdict:
    """Of a report in pip-audit's JSON."""
    rows = report["dependencies"]
    unknown = [each["name"] for each in rows if "skip_reason" in each]
    bad: list[str] = []
    let: list[str] = []
    for row in rows:
        for fault in row.get("vulns", ()):
            names = {fault["id"], *fault.get("aliases", ())}
            reason = _accepted(names, accepted, today)
            words = f"{row['name']} {row['version']}: {fault['id']}"
            if reason:
                let.append(f"{words}, accepted: {reason}")
            else:
                fixed = ", ".join(fault.get("fix_versions", ())) or "no version yet"
                bad.append(f"{words}, fixed in {fixed}")
    return Verdict(bad, let, unknown, len(rows) - len(unknown))


def accepted_advisories(pyproject: str) -> Mapping[str, Mapping[str, Any]]:
    tools = tomllib.loads(pyproject)["tool"]
    found: Mapping[str, Mapping[str, Any]] = tools["bylaw"]["accepted-advisories"]
    return found


def _accepted(names: set[str], accepted: Mapping[str, Mapping[str, Any]], today: date) -> str:
    """Why it is; empty where it is not, or not any more."""
    for name in sorted(names & accepted.keys()):
        if today <= accepted[name]["until"]:
            return str(accepted[name]["reason"])
    return ""


if __name__ == "__main__":
    sys.exit(main())
