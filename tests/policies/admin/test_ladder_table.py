"""An escalation matrix as a table, and its page."""

import pytest

from policies.admin import ladder_table
from policies.admin.ladder_table import Table
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.policies.admin import office
from tests.policies.admin.office import address
from tests.policies.officers import WIDER


def tables(*edits: tuple[str, str]) -> dict[str, Table]:
    return dict(ladder_table.of(factory.document(factory.text("escalation", *edits))))


def first(*edits: tuple[str, str]) -> Table:
    return next(iter(tables(*edits).values()))


def told(table: Table, row: int, column: int) -> list[str]:
    return [each.id for each in table.rows[row].cells[column].told]


def test_columns_are_the_times_of_all_levels_in_order() -> None:
    assert first().times == ["At once", "After 10 min", "After 30 min", "After 1 d"]


def test_at_once_the_lead_and_who_is_notified_are_told() -> None:
    table = first()
    assert told(table, 0, 0) == ["incident-commander", "legal-counsel"]
    assert [each.leads for each in table.rows[0].cells[0].told] == [True, False]


def test_a_time_at_which_a_level_tells_nobody_new_is_empty() -> None:
    table = first()
    assert (told(table, 0, 2), told(table, 1, 2), told(table, 2, 2)) == (
        ["vacant"], ["executive"], [],
    )  # fmt: skip


def test_a_channel_that_is_named_is_the_only_one() -> None:
    table = first(("lead: responder", "lead: responder\n      channel: webhook"))
    assert table.rows[2].cells[0].told[0].how == ["webhook"]


def test_other_contacts_of_a_role_are_told_besides_its_people() -> None:
    table = first(("channel: email, to: responder@example.org", "channel: webhook, to: pager"))
    assert table.rows[2].cells[0].told[0].how == ["e-mail", "webhook"]


def test_a_step_for_everyone_has_every_role() -> None:
    table = first(("notify: [compliance-officer]", "everyone: true"))
    cell = table.rows[0].cells[3]
    assert (cell.time, cell.everyone, len(cell.told)) == ("After 1 d", True, 6)


def test_steps_of_an_overdue_duty_have_a_table_of_their_own() -> None:
    steps = "{after: PT0S, notify: [executive]}, {after: PT0S, notify: [legal-counsel]}"
    duties = f"spec:\n  duties: {{overdue: {{steps: [{steps}]}}}}\n"
    table = tables(("spec:\n", duties))["Duties, besides their owners"]
    assert told(table, 0, 0) == ["executive", "legal-counsel"]
    assert table.rows[0].again == "every 1 day until nothing is owed"


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_the_one_in_force(officer: Desk) -> None:
    found = officer.client.get(address("escalation"))
    assert str(found.context["version"]) == "EscalationMatrix/escalation@1.0.0"


def test_a_role_that_nobody_holds_is_named(officer: Desk) -> None:
    assert "1 role would reach nobody: A role that nobody holds" in " ".join(
        text(officer.client.get(address("escalation"))).replace("</strong>", "").split()
    )


def test_a_draft_can_be_looked_at_beside_it(officer: Desk) -> None:
    made = office.draft(officer, WIDER)
    found = officer.client.get(address("escalation"), {"of": str(made.id)})
    names = [row.name for row in found.context["tables"][0][1].rows]
    assert "SEV4" in names


@pytest.mark.parametrize("key", ["nothing", "01890000-0000-7000-8000-000000000009"])
def test_what_is_no_matrix_is_not_found(officer: Desk, key: str) -> None:
    assert officer.client.get(address("escalation"), {"of": key}).status_code == 404


@pytest.mark.django_db
def test_without_a_matrix_the_page_says_how_to_get_one() -> None:
    answer = desk("compliance-officer").client.get(address("escalation"))
    assert "so nobody is told of an incident" in text(answer)
