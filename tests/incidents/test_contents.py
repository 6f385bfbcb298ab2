"""What a notice must say, and how much of it is there."""

import pytest

from incidents import contents, correspondence
from incidents.contents import Item
from incidents.models import Notice
from tests import factory
from tests.factory import AT, HOUR, amend
from tests.incidents import noticing
from tests.incidents.noticing import approved, clock, cover, draft, edit, file, submit, writer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    noticing.install()


def item(notice: Notice, name: str) -> Item:
    return next(each for each in contents.of(notice).items if each.name == name)


def states(notice: Notice) -> list[str]:
    return [each.state for each in contents.of(notice).items]


def test_a_fresh_draft_covers_what_is_known_and_said() -> None:
    assert states(draft()) == ["in_text", "not_known", "not_known", "to_write"]


def test_it_is_counted() -> None:
    found = contents.of(draft())
    assert (found.covered, found.required) == (1, 4)


def test_passages_of_the_template_are_missing_while_they_stand() -> None:
    notice = draft()
    assert contents.of(notice).passages == (noticing.MEASURES,)
    assert contents.of(edit(notice, "We did [all of it].")).passages == ()


def test_a_fact_that_became_known_is_not_in_the_text_yet() -> None:
    notice = draft()
    amend(notice.incident, impact={"people_affected": 40})
    found = item(notice, "impact.people_affected")
    assert (found.state, found.value, found.covered) == ("not_in_text", "40", False)


def test_a_fact_that_changed_is_not_in_the_text_any_more() -> None:
    notice = draft(clock(submit(impact={"people_affected": 40})))
    assert item(notice, "impact.people_affected").state == "in_text"
    amend(notice.incident, impact={"people_affected": 400})
    assert item(notice, "impact.people_affected").state == "not_in_text"


def test_what_changed_since_is_listed() -> None:
    notice = draft(clock(submit(impact={"people_affected": 40})))
    amend(notice.incident, impact={"people_affected": 400})
    assert contents.of(notice).changes == (contents.Change("impact.people_affected", "40", "400"),)


def test_refreshed_nothing_has_changed() -> None:
    notice = draft(clock(submit(impact={"people_affected": 40})))
    amend(notice.incident, impact={"people_affected": 400})
    fresh = correspondence.refresh(notice, seen=1, by=writer(), at=AT + HOUR)
    assert contents.of(fresh).changes == ()


def test_taken_out_of_the_text_it_is_not_covered() -> None:
    assert item(edit(draft(), "Nothing."), "incident.narrative").state == "not_in_text"


def test_a_person_may_say_that_the_text_says_it_otherwise() -> None:
    notice = cover(edit(draft(), "In other words."), "incident.narrative", where="line 1")
    found = item(notice, "incident.narrative")
    assert (found.state, found.where, found.revision) == ("ticked", "line 1", 2)


def test_only_a_person_covers_the_words_of_the_law() -> None:
    notice = draft()
    assert item(notice, noticing.CONSEQUENCES).covered is False
    assert item(cover(notice, noticing.CONSEQUENCES), noticing.CONSEQUENCES).state == "ticked"


def test_facts_that_the_template_shows_and_nobody_stated_are_listed() -> None:
    assert contents.of(draft()).unknown == ("harms", "impact.people_affected")


def test_a_complete_notice_lacks_nothing() -> None:
    facts = {"impact": {"people_affected": 40}, "harms": ["privacy"]}
    notice = draft(clock(submit(**facts)))
    whole = edit(notice, "The answer was false. 40 people. Privacy.")
    assert contents.of(cover(whole, noticing.CONSEQUENCES)).missing == ()


def test_what_left_reads_as_it_left() -> None:
    notice = file(approved())
    amend(notice.incident, at=AT + 2 * HOUR, harms=["privacy"])
    assert states(notice) == ["in_text", "not_known", "not_known", "to_write"]


def test_many_notices_are_judged_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: "pytest.FixtureRequest",
) -> None:
    found = [draft(clock(submit())) for _ in range(4)]
    rows = list(Notice.objects.select_related("clock").filter(id__in=[each.id for each in found]))
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert len(contents.of_all(rows)) == 4


def test_a_fact_of_yes_or_no_counts_where_the_template_shows_it() -> None:
    content = noticing.text().replace("harms, ", "personal_data.breach, ")
    shown = noticing.TEMPLATE.replace("People:", "Breach: {{ personal_data.breach }}\n    People:")
    factory.install(
        at=AT - HOUR,
        breach=content.replace("version: 1.0.0", "version: 1.1.0"),
        report=shown.replace("version: 1.0.0", "version: 1.1.0"),
    )
    assert item(draft(), "personal_data.breach").state == "in_text"
