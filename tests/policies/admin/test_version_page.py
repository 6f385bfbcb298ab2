"""What an approver reads: difference, tests, impact, history, the policy in words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance import clock
from policies import approvals, drafts, impacts
from policies.admin import assessment
from policies.models import PolicyVersion
from tests import factory
from tests.incidents.admin.desk import Desk, text
from tests.policies.admin import office
from tests.policies.admin.office import VERSIONS, address
from tests.policies.officers import LATER, NEXT, TESTS

#: The same number with another meaning.
STRICTER = LATER.replace("1.2.0", "1.1.0")


def context(who: Desk, version: PolicyVersion, **query: str) -> Any:
    return who.client.get(address("change", version.id), query).context


def words(found: Any) -> list[str]:
    difference = found["difference"]
    return [change.words for _, changes in difference.groups for change in changes]


def house(name: str) -> PolicyVersion:
    return PolicyVersion.objects.get(name=name, version="1.0.0")


@pytest.fixture
def waiting(officer: Desk) -> PolicyVersion:
    return office.submitted(officer, comment="What is not known is high.")


def test_the_difference_to_the_version_in_force_is_in_sentences(
    counsel: Desk, waiting: PolicyVersion
) -> None:
    assert words(context(counsel, waiting)) == [
        "The rule ‘breach’: the level becomes ‘SEV1’ instead of ‘SEV2’.",
        "The default level becomes ‘SEV2’ instead of ‘SEV3’.",
    ]


def test_another_version_is_compared_on_demand(officer: Desk, waiting: PolicyVersion) -> None:
    other = office.draft(officer, LATER)
    found = context(officer, waiting, against=str(other.id))
    assert words(found) == [
        "The treatment of undetermined rules becomes ‘ignore’ instead of ‘raise’."
    ]


def test_a_draft_that_is_no_document_yet_is_compared_by_lines(officer: Desk) -> None:
    found = context(officer, office.draft(officer, office.BROKEN))["difference"]
    assert not found.readable
    assert ("by-added", "+  default: SEV9") in found.lines


def test_a_policy_without_one_in_force_is_all_new(officer: Desk) -> None:
    first = office.draft(officer, factory.text("breach", ("name: breach", "name: other")))
    assert "all of it is new" in text(officer.page(VERSIONS, first.id))


def test_a_test_that_fails_is_shown_with_what_came_out(officer: Desk) -> None:
    office.draft(officer)
    test = office.draft(officer, TESTS.replace("{severity: SEV3}", "{severity: SEV1}"))
    shown = text(officer.page(VERSIONS, test.id))
    assert "1 of 1 fail" in shown
    assert "expected SEV1, got SEV3" in shown


def test_a_change_set_is_tested_as_one(officer: Desk, counsel: Desk) -> None:
    rows = [office.draft(officer), office.draft(officer, TESTS.replace("SEV3", "SEV2"))]
    severity, test = approvals.submit(rows, by=office.actor(officer), at=clock.now())
    (tested,) = context(counsel, severity)["tests"]
    assert (tested.test.identity, tested.failed) == (str(test), 0)


def test_a_version_for_a_day_is_looked_at_with_the_rules_of_that_day(
    officer: Desk, counsel: Desk
) -> None:
    day = clock.now().replace(microsecond=0) + timedelta(days=400)
    made = office.submitted(officer, effective_from=day)
    assert f'with the rules of <time class="by-nowrap" datetime="{factory.iso(day)}' in text(
        counsel.page(VERSIONS, made.id)
    )


def test_the_policy_stands_there_in_words(officer: Desk) -> None:
    shown = context(officer, house("breach"))["words"]
    assert "<h4>Notify the authority</h4>" in shown
    assert "8 hours" in shown


def test_what_an_author_wrote_is_no_markup(officer: Desk) -> None:
    hostile = factory.text("breach", ("title: Notify the", "title: <script>x</script> the"))
    made = office.draft(officer, hostile.replace("1.0.0", "1.1.0"))
    assert b"<script>x" not in officer.page(VERSIONS, made.id).content


# --- impact --------------------------------------------------------------------------------------


def test_the_impact_is_asked_for_and_shown(officer: Desk, waiting: PolicyVersion) -> None:
    factory.submit(factory.report(), at=clock.now())
    officer.client.post(address("impact", waiting.id), {"days": "30"})
    side = context(officer, waiting)["sides"][0]
    assert (side.title, side.changed) == ("Open incidents", 1)
    assert side.matrix == [
        ("SEV2", [(0, True), (0, False)]),
        ("SEV3", [(1, False), (0, True)]),
    ]


def test_an_example_leads_to_its_incident(officer: Desk, waiting: PolicyVersion) -> None:
    incident = factory.submit(factory.report(), at=clock.now())
    officer.client.post(address("impact", waiting.id), {"days": "30"})
    (example,) = context(officer, waiting)["sides"][0].examples
    assert example.url == f"/incidents/incident/{incident.id}/change/"


def test_another_date_is_named_with_what_the_stage_waits_for(officer: Desk) -> None:
    """As people call it, by the titles of the policy that is proposed."""
    factory.submit(factory.breach(aware=clock.now()), at=clock.now())
    text = factory.text(
        "breach",
        ("version: 1.0.0", "version: 1.1.0"),
        ("hours: 8,", "hours: 6,"),
        ("{submitted: initial}, hours: 24", "aware, hours: 24"),
        ("- id: initial\n", "- id: initial\n          title: First words\n"),
    )
    made = office.draft(officer, text)
    officer.client.post(address("impact", made.id), {"days": "30"})
    side = context(officer, made)["sides"][0]
    assert [(line.what, line.change) for line in side.dates] == [
        ("Notify the authority (breach), final", "counted differently"),
        ("Notify the authority (breach), First words", "due earlier"),
    ]
    changes = side.examples[0].changes
    assert any(": waits for “First words” being sent → " in each for each in changes), changes


def test_an_impact_is_shown_beside_a_text_that_is_broken_by_now(officer: Desk) -> None:
    factory.submit(factory.breach(aware=clock.now()), at=clock.now())
    kept = office.draft(officer, factory.text("breach", ("name: breach", "name: other")))
    broken = office.draft(officer)
    impacts.request([kept, broken], by=office.actor(officer), at=clock.now())
    unreadable = NEXT.partition("spec:")[0] + "spec: {}\n"
    drafts.edit(broken, unreadable, by=office.actor(officer), at=clock.now())
    ((_, lines),) = context(officer, kept)["sides"][0].duties
    assert [line.what for line in lines] == ["Notify the authority (other)"]


def test_a_new_duty_is_named(officer: Desk) -> None:
    factory.submit(factory.breach(aware=clock.now()), at=clock.now())
    made = office.draft(officer, factory.text("breach", ("name: breach", "name: other")))
    officer.client.post(address("impact", made.id), {"days": "30"})
    ((title, lines),) = context(officer, made)["sides"][0].duties
    assert (title, [line.what for line in lines]) == (
        "Newly owed",
        ["Notify the authority (other)"],
    )


def test_an_impact_of_another_text_is_not_shown(officer: Desk) -> None:
    made = office.draft(officer)
    impacts.request([made], by=office.actor(officer), at=clock.now())
    drafts.edit(made, STRICTER, by=office.actor(officer), at=clock.now())
    assert context(officer, made)["impact"] is None


def test_a_period_that_is_not_offered_is_refused(officer: Desk, waiting: PolicyVersion) -> None:
    answer = officer.client.post(address("impact", waiting.id), {"days": "7"}, follow=True)
    assert "Choose one of the periods." in text(answer)


def test_the_panel_alone_is_there_for_the_script(officer: Desk, waiting: PolicyVersion) -> None:
    answer = officer.client.get(address("impact", waiting.id))
    assert b"<html" not in answer.content
    assert "Look at the impact" in text(answer)


# --- history -------------------------------------------------------------------------------------


def test_everything_said_is_kept_with_the_text_it_refers_to(
    officer: Desk, counsel: Desk, waiting: PolicyVersion
) -> None:
    at = clock.now()
    approvals.reject(waiting, by=office.actor(counsel), at=at, comment="Say why.")
    drafts.edit(waiting, NEXT + "# why\n", by=office.actor(officer), at=at)
    approvals.submit([waiting], by=office.actor(officer), at=at)
    said = [(each.comment, each.revision) for each in context(counsel, waiting)["history"]]
    assert said == [("What is not known is high.", 1), ("Say why.", 1), ("", 2)]


def test_each_submitted_text_can_be_read(officer: Desk, waiting: PolicyVersion) -> None:
    answer = officer.client.get(address("revision", waiting.id, 1))
    assert answer.context["lines"] == NEXT.splitlines()


def test_two_submissions_are_compared(officer: Desk, waiting: PolicyVersion) -> None:
    at = clock.now()
    approvals.withdraw(waiting, by=office.actor(officer), at=at)
    drafts.edit(waiting, STRICTER, by=office.actor(officer), at=at)
    approvals.submit([waiting], by=office.actor(officer), at=at)
    found = officer.client.get(address("revision", waiting.id, 2)).context
    assert words(found) == [
        "The treatment of undetermined rules becomes ‘raise’ instead of ‘ignore’."
    ]


def test_a_submission_that_never_was_is_not_found(officer: Desk, waiting: PolicyVersion) -> None:
    assert officer.client.get(address("revision", waiting.id, 7)).status_code == 404


# --- cost ----------------------------------------------------------------------------------------


def test_looking_again_neither_lints_nor_tests_again(
    now: datetime, counsel: Desk, waiting: PolicyVersion
) -> None:
    counsel.page(VERSIONS, waiting.id)
    before = assessment._assessed.cache_info()
    counsel.page(VERSIONS, waiting.id)
    after = assessment._assessed.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)


def test_the_page_needs_a_fixed_number_of_queries(counsel: Desk, waiting: PolicyVersion) -> None:
    counsel.page(VERSIONS, waiting.id)
    with CaptureQueriesContext(
        connection,
    ) as once:
        counsel.page(VERSIONS, waiting.id)
    for number in range(5):
        approvals.comment(waiting, f"{number}", by=office.actor(counsel), at=clock.now())
    with CaptureQueriesContext(connection) as more:
        counsel.page(VERSIONS, waiting.id)
    assert len(more) == len(once)
