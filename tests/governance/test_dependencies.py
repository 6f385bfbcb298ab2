"""What `make audit` makes of a report. The advisories are made up; the form is pip-audit's."""

from datetime import date
from typing import Any

from tests import dependencies

TODAY = date(2026, 11, 29)


def _row(name: str, *faults: str) -> dict[str, Any]:
    listed = [{"id": each, "fix_versions": ["2.0"], "aliases": [f"CVE-{each}"]} for each in faults]
    return {"name": name, "version": "1.0", "vulns": listed}


def _verdict(*rows: dict[str, Any], **accepted: date) -> dependencies.Verdict:
    listed = {name: {"reason": "Not reached.", "until": until} for name, until in accepted.items()}
    return dependencies.verdict({"dependencies": list(rows)}, listed, today=TODAY)


def test_a_package_without_a_known_fault_passes() -> None:
    assert _verdict(_row("good")).faults == []


def test_a_known_fault_is_named_with_the_version_that_mends_it() -> None:
    assert _verdict(_row("bad", "A1")).faults == ["bad 1.0: A1, fixed in 2.0"]


def test_a_known_fault_fails() -> None:
    assert dependencies.said(_verdict(_row("bad", "A1"))) == 1


def test_an_accepted_fault_passes_until_its_last_day() -> None:
    found = _verdict(_row("bad", "A1"), A1=TODAY)
    assert (found.faults, found.accepted) == ([], ["bad 1.0: A1, accepted: Not reached."])


def test_an_acceptance_ends() -> None:
    assert _verdict(_row("bad", "A1"), A1=date(2026, 11, 28)).faults


def test_a_fault_can_be_accepted_by_another_of_its_names() -> None:
    assert not _verdict(_row("bad", "A1"), **{"CVE-A1": TODAY}).faults


def test_what_the_service_does_not_know_counts_as_not_audited() -> None:
    found = _verdict(_row("good"), {"name": "odd", "skip_reason": "Dependency not found"})
    assert (found.audited, found.unknown) == (1, ["odd"])


def test_every_acceptance_says_why_and_until_when() -> None:
    text = (dependencies.CHECKOUT / "pyproject.toml").read_text()
    found = dependencies.accepted_advisories(text)
    assert [name for name, each in found.items() if each.keys() != {"reason", "until"}] == []
