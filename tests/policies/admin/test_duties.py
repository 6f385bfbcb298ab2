"""The table of all duties: every stage, narrowed by the address, and as CSV."""

import csv
from typing import Any

import pytest

from policies.admin import duty_rows
from policies.admin.duty_rows import Row
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.policies.admin.office import address

FORMULA = ("title: Notify the authority", 'title: "=1+1"')


def rows(*edits: tuple[str, str]) -> list[Row]:
    return duty_rows.of([factory.document(factory.text("breach", *edits))], {"aware": "We knew"})


def shown(officer: Desk, **query: str) -> list[Any]:
    return [each.row for each in officer.client.get(address("duties"), query).context["rows"]]


def test_each_stage_of_a_duty_is_a_row() -> None:
    assert [row.stage for row in rows()][:3] == ["Initial", "Final", "Amendment"]


def test_a_clock_says_when_it_starts_how_long_it_runs_and_how_it_counts() -> None:
    (clock,) = rows()[0].clocks
    assert (clock.start, clock.period, clock.counting) == ("We knew", "8 hours", "elapsed")


def test_what_a_stage_leaves_out_the_duty_and_the_source_say() -> None:
    row = rows()[0]
    assert (row.citation, row.recipient) == ("Art. 1", "Data protection authority")
    assert (row.verification, row.verified_on, row.status) == ("verified", "2026-01-01", "in_force")


def test_a_duty_without_a_clock_says_why() -> None:
    related = (
        "\n  related_duties: [{id: register, title: Register, because: No deadline}]\n  duties:"
    )
    row = rows(("\n  duties:", related))[-1]
    assert (row.sort, row.duty, row.says) == (duty_rows.UNCLOCKED, "Register", "No deadline")


def test_a_regime_that_asks_nothing_is_one_row() -> None:
    whole = factory.text("breach")
    none = whole[: whole.index("  duties:")] + "  informational: true\n  duties: []\n"
    (row,) = duty_rows.of([factory.document(none)], {})
    assert row.sort == duty_rows.NONE


# --- the page ------------------------------------------------------------------------------------


def test_the_page_has_every_regime_in_force(officer: Desk) -> None:
    assert {row.policy for row in shown(officer)} == {"breach", "coming", "harm"}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"regime": "breach"}, lambda row: row.policy == "breach"),
        ({"status": "in_force"}, lambda row: row.status == "in_force"),
        ({"verification": "verified"}, lambda row: row.verification == "verified"),
        ({"sort": "clock"}, lambda row: row.sort == "clock"),
        ({"q": "AUTHORITY notify"}, lambda row: "Notify the authority" in row.duty),
        ({"before": "2026-01-02"}, lambda row: row.verified_on < "2026-01-02"),
    ],
    ids=["regime", "status", "verification", "sort", "words", "age"],
)
def test_it_is_narrowed_by_the_address(officer: Desk, query: dict[str, str], fits: Any) -> None:
    every = shown(officer)
    expected = [row.words for row in every if fits(row)]
    assert [row.words for row in shown(officer, **query)] == expected
    assert expected


def test_what_cannot_be_read_is_said_and_narrows_nothing(officer: Desk) -> None:
    answer = officer.client.get(address("duties"), {"before": "soon"})
    assert "Enter a valid date." in text(answer)
    assert len(answer.context["rows"]) == answer.context["total"]


def test_a_table_without_a_match_leads_back(officer: Desk) -> None:
    assert "No duty matches." in text(officer.client.get(address("duties"), {"q": "nowhere"}))


def test_the_file_has_the_rows_that_the_page_shows(officer: Desk) -> None:
    answer = officer.client.get(address("duties"), {"regime": "breach", "as": "csv"})
    lines = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [line["stage"] for line in lines] == [r.stage for r in shown(officer, regime="breach")]
    assert lines[0]["policy"] == "ObligationPolicy/breach@1.0.0"


@pytest.mark.django_db
def test_a_spreadsheet_runs_nothing_of_the_file() -> None:
    factory.install(breach=factory.text("breach", FORMULA))
    answer = desk("auditor").client.get(address("duties"), {"as": "csv", "regime": "breach"})
    lines = list(csv.DictReader(answer.content.decode().splitlines()))
    assert lines[0]["duty"] == "'=1+1"


@pytest.mark.django_db
def test_without_a_policy_the_page_says_how_to_begin() -> None:
    answer = desk("compliance-officer").client.get(address("duties"))
    assert "No obligation policy is in force." in text(answer)


@pytest.mark.django_db
def test_it_is_closed_to_a_person_without_roles() -> None:
    assert desk().client.get(address("duties")).status_code == 403
