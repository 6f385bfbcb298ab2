"""A duplicate is merged into the incident that stays, and no duty vanishes by it."""

from datetime import datetime
from typing import Any

import pytest

from governance.errors import Invalid
from governance.ledger.models import Entry
from incidents import merging
from incidents.errors import WrongState
from incidents.merging import Merge, NotCovered
from incidents.models import Incident, IncidentLink
from tests import factory
from tests.factory import AT, HOUR, PERSON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies() -> None:
    factory.install()


def breach(aware: datetime | None = AT, **facts: Any) -> Incident:
    return factory.submit(factory.breach(aware, **facts), at=AT)


def merge(duplicate: Incident, survivor: Incident) -> Merge:
    return merging.merge(duplicate, survivor, reason="The same.", by=PERSON, at=AT + HOUR)


def undo(duplicate: Incident) -> Incident:
    return merging.undo(duplicate, reason="Not the same.", by=PERSON, at=AT + 2 * HOUR)


def owed(incident: Incident) -> dict[str, str]:
    return dict(incident.duties.filter(shadow=False).values_list("duty", "state"))


def test_the_duplicate_is_closed_as_merged_and_linked() -> None:
    duplicate, survivor = breach(), breach()
    merge(duplicate, survivor)
    duplicate.refresh_from_db()
    assert (duplicate.closed_as, duplicate.merged_into) == ("merged", survivor)
    link = IncidentLink.objects.get()
    assert (link.incident, link.kind, link.other) == (duplicate, "duplicate-of", survivor)


def test_its_duties_are_called_off_for_those_of_the_survivor() -> None:
    duplicate, survivor = breach(), breach()
    before = owed(survivor)
    done = merge(duplicate, survivor)
    assert set(owed(duplicate).values()) == {"cancelled"}
    assert owed(survivor) == before
    assert {each.duty for each in done.called_off} >= {"notify", "serious", "death"}


def test_both_timelines_tell_of_it() -> None:
    duplicate, survivor = breach(), breach()
    merge(duplicate, survivor)
    assert "incident.merged" in factory.verbs(duplicate)
    assert "incident.absorbed" in factory.verbs(survivor)


def test_an_earlier_moment_is_carried_over_and_the_survivor_counted_anew() -> None:
    duplicate, survivor = breach(AT - 3 * HOUR), breach(AT)
    done = merge(duplicate, survivor)
    assert done.carried == {"aware": AT - 3 * HOUR}
    due = factory.deadline(survivor, "notify", "initial").conservative_due
    assert due == AT - 3 * HOUR + 8 * HOUR


def test_a_moment_that_only_the_duplicate_knows_is_carried_over() -> None:
    duplicate, survivor = breach(AT - HOUR), breach(None)
    merge(duplicate, survivor)
    assert factory.deadline(survivor, "notify", "initial").state == "running"


def test_a_later_moment_moves_nothing() -> None:
    duplicate, survivor = breach(AT), breach(AT - HOUR)
    before = factory.deadline(survivor, "notify", "initial").conservative_due
    assert merge(duplicate, survivor).carried == {}
    assert factory.deadline(survivor, "notify", "initial").conservative_due == before


def test_the_facts_of_the_survivor_stay() -> None:
    duplicate, survivor = breach(harms=["privacy"]), breach()
    merge(duplicate, survivor)
    survivor.refresh_from_db()
    assert "harms" not in survivor.report


def test_a_duty_that_the_survivor_has_not_keeps_them_apart() -> None:
    duplicate, survivor = breach(harms=["death"]), breach(harms=["privacy"])
    with pytest.raises(NotCovered, match="Report a death"):
        merge(duplicate, survivor)
    duplicate.refresh_from_db()
    assert (duplicate.state, owed(duplicate)["death"]) == ("open", "open")


def test_a_question_does_not_cover_a_duty_that_applies() -> None:
    duplicate, survivor = breach(harms=["death"]), breach()
    with pytest.raises(NotCovered):
        merge(duplicate, survivor)


def test_a_duty_that_the_survivor_has_met_is_covered() -> None:
    duplicate, survivor = breach(), breach()
    for stage in ("initial", "final"):
        factory.fulfil(factory.deadline(survivor, "notify", stage), AT + HOUR)
    merge(duplicate, survivor)
    assert owed(duplicate)["notify"] == "cancelled"


def test_a_refusal_carries_nothing_over() -> None:
    duplicate = breach(AT - HOUR, harms=["death"])
    survivor = breach(harms=["privacy"])
    before = Entry.objects.count()
    with pytest.raises(NotCovered):
        merge(duplicate, survivor)
    assert Entry.objects.count() == before


def test_a_duplicate_of_which_somebody_was_told_stays() -> None:
    duplicate, survivor = breach(), breach()
    factory.fulfil(factory.deadline(duplicate, "notify", "initial"), AT + HOUR)
    with pytest.raises(WrongState, match="told of"):
        merge(duplicate, survivor)


def test_an_incident_is_not_merged_into_itself_nor_a_drill_into_a_real_one() -> None:
    one, drill = breach(), breach(drill=True)
    for other in (one, drill):
        with pytest.raises(Invalid):
            merge(one, other)


def test_a_closed_incident_takes_no_part() -> None:
    one, two, three = breach(), breach(), breach()
    merge(one, two)
    for pair in ((one, three), (three, one)):
        with pytest.raises(WrongState):
            merge(*pair)


def test_a_preview_says_the_same_and_changes_nothing() -> None:
    duplicate, survivor = breach(AT - HOUR), breach()
    before = Entry.objects.count()
    seen = merging.preview(duplicate, survivor, at=AT + HOUR)
    assert Entry.objects.count() == before
    done = merge(duplicate, survivor)
    assert (seen.carried, seen.changes) == (done.carried, done.changes)
    assert [each.duty for each in seen.called_off] == [each.duty for each in done.called_off]


def test_a_repeated_signal_of_the_duplicate_goes_to_the_survivor() -> None:
    facts = factory.breach(signal={"fingerprint": "f"})
    duplicate, survivor = factory.submit(facts, at=AT), breach()
    merge(duplicate, survivor)
    assert factory.submit(facts, at=AT + 2 * HOUR) == survivor


# --- taken back ----------------------------------------------------------------------------------


def test_undone_it_owes_what_it_owed() -> None:
    duplicate, survivor = breach(), breach()
    before = owed(duplicate)
    merge(duplicate, survivor)
    found = undo(duplicate)
    assert (found.state, found.closed_as, found.merged_into) == ("open", "", None)
    assert owed(duplicate) == before
    assert factory.deadline(duplicate, "notify", "initial").state == "running"


def test_the_link_is_gone_and_stays_on_record() -> None:
    duplicate, survivor = breach(), breach()
    merge(duplicate, survivor)
    undo(duplicate)
    assert IncidentLink.objects.get().removed_at == AT + 2 * HOUR


def test_once_somebody_was_told_of_the_survivor_it_stays_merged() -> None:
    duplicate, survivor = breach(), breach()
    merge(duplicate, survivor)
    factory.fulfil(factory.deadline(survivor, "notify", "initial"), AT + 2 * HOUR)
    with pytest.raises(WrongState, match="told of"):
        undo(duplicate)


def test_what_the_survivor_sent_before_does_not_hinder() -> None:
    duplicate, survivor = breach(), breach()
    factory.fulfil(factory.deadline(survivor, "notify", "initial"), AT)
    merge(duplicate, survivor)
    assert undo(duplicate).state == "open"


def test_what_is_not_merged_is_not_undone() -> None:
    with pytest.raises(WrongState, match="not closed as merged"):
        undo(breach())
