"""A person's word on the severity: up at once, down with a second person, and when it is over."""

import json

import pytest

from governance.errors import Invalid, NotAllowed
from governance.ledger.models import Entry
from governance.ledger.verification import course
from governance.outbox.models import Message
from incidents import flow, overrides
from incidents.errors import WrongState
from incidents.models import Incident, Timer
from incidents.selectors import latest_decision
from tests import factory
from tests.factory import AT, PERSON
from tests.governance.ledger import logs
from tests.incidents import levels
from tests.incidents.overriding.word import LATER, approve, lower, now, say, standing

pytestmark = pytest.mark.django_db


def severity(incident: Incident) -> tuple[str, int]:
    found = now(incident)
    return found.severity, found.severity_rank


def entry(verb: str) -> dict[str, object]:
    found = Entry.objects.filter(verb=verb).order_by("-id").first()
    assert found is not None
    return dict(json.loads(found.body)["after"])


# --- up ------------------------------------------------------------------------------------------


def test_a_more_severe_level_holds_at_once(incident: Incident) -> None:
    row = say(incident, "SEV1")
    assert (severity(incident), row.state) == (("SEV1", 0), "in_force")


def test_what_the_policies_compute_stays_beside_it(incident: Incident) -> None:
    say(incident, "SEV1")
    assert latest_decision(incident).severity == "SEV2"
    said = entry("incident.classified")
    assert (said["severity"], said["computed"]) == ("SEV1", "SEV2")


def test_who_had_it_in_hand_has_to_acknowledge_anew_and_the_ladder_begins(
    incident: Incident,
) -> None:
    say(incident, "SEV1")
    assert now(incident).acknowledged_at is None
    assert incident.timers.filter(kind=Timer.Kind.ESCALATION, state="pending").count() == 1


def test_people_are_told_why(incident: Incident) -> None:
    say(incident, "SEV1")
    (told,) = Message.objects.filter(
        subject__contains="Raised to SEV1", destination__startswith="c"
    )
    assert "The board says so." in told.text


def test_new_facts_do_not_end_it(incident: Incident) -> None:
    row = say(incident, "SEV1")
    factory.amend(incident, harms=["privacy"])
    assert (severity(incident)[0], standing(row)) == ("SEV1", "in_force")


def test_a_more_severe_one_of_the_policies_counts(incident: Incident) -> None:
    least = factory.submit(factory.report())
    say(least, "SEV2")
    factory.amend(least, harms=["death"])
    assert severity(least)[0] == "SEV1"


def test_it_is_not_provisional_where_the_computed_one_is(incident: Incident) -> None:
    Incident.objects.filter(id=incident.id).update(severity_provisional=True)
    say(incident, "SEV1")
    assert not now(incident).severity_provisional


def test_the_same_once_more_is_refused(incident: Incident) -> None:
    say(incident, "SEV1")
    with pytest.raises(WrongState, match="raised it to SEV1 already"):
        say(incident, "SEV1")


def test_another_takes_its_place(incident: Incident) -> None:
    least = factory.submit(factory.report())
    former = say(least, "SEV1")
    say(least, "SEV2")
    assert (severity(least)[0], standing(former)) == ("SEV2", "ended")


def test_the_level_of_the_policies_ends_it(incident: Incident) -> None:
    row = say(incident, "SEV1")
    say(incident, "SEV2")
    assert (severity(incident), standing(row)) == (("SEV2", 1), "ended")


# --- down ----------------------------------------------------------------------------------------


def test_a_less_severe_level_waits_for_another_person(incident: Incident) -> None:
    row = say(incident, "SEV3")
    assert (severity(incident)[0], row.state) == ("SEV2", "requested")


def test_approvers_are_told_of_the_request(incident: Incident) -> None:
    say(incident, "SEV3")
    found = Message.objects.filter(subject__contains="To decide: severity SEV3 instead of SEV2")
    assert set(found.values_list("destination", flat=True)) == {
        "compliance@example.org",
        "legal@example.org",
    }


def test_approved_it_holds(incident: Incident) -> None:
    row = lower(incident)
    assert (severity(incident), standing(row)) == (("SEV3", 2), "in_force")


def test_who_asked_does_not_approve(incident: Incident) -> None:
    row = say(incident, "SEV3", by=factory.approver())
    with pytest.raises(NotAllowed, match="another person"):
        approve(row)
    assert severity(incident)[0] == "SEV2"


def test_nor_by_a_key_of_their_own(incident: Incident) -> None:
    row = say(incident, "SEV3", by=factory.key_of(factory.approver()))
    with pytest.raises(NotAllowed, match="another person"):
        approve(row)


def test_who_may_not_approve_is_refused(incident: Incident) -> None:
    row = say(incident, "SEV3")
    with pytest.raises(NotAllowed):
        overrides.approve(row, note="", by=factory.person("one", "responder"), at=LATER)


def test_it_is_decided_once(incident: Incident) -> None:
    row = lower(incident)
    with pytest.raises(WrongState, match="in force already"):
        approve(row)


def test_one_waits_at_a_time(incident: Incident) -> None:
    say(incident, "SEV3")
    with pytest.raises(WrongState, match="asked for already"):
        say(incident, "SEV3")


def test_refused_nothing_changes(incident: Incident) -> None:
    row = say(incident, "SEV3")
    overrides.refuse(row, note="No.", by=factory.approver(), at=LATER)
    assert (severity(incident)[0], standing(row)) == ("SEV2", "refused")


def test_only_who_asked_withdraws(incident: Incident) -> None:
    row = say(incident, "SEV3")
    with pytest.raises(NotAllowed, match="Only who asked"):
        overrides.withdraw(row, note="", by=factory.approver(), at=LATER)
    overrides.withdraw(row, note="", by=PERSON, at=LATER)
    assert standing(row) == "withdrawn"


def test_facts_that_make_it_more_severe_end_it(incident: Incident) -> None:
    row = lower(incident)
    factory.amend(incident, harms=["death"])
    assert (severity(incident)[0], standing(row)) == ("SEV1", "ended")
    assert entry("severity_override.ended")["state"] == "ended"


def test_facts_that_leave_the_computed_one_leave_it(incident: Incident) -> None:
    row = lower(incident)
    factory.amend(incident, harms=["privacy"])
    assert (severity(incident)[0], standing(row)) == ("SEV3", "in_force")


def test_what_became_more_severe_meanwhile_is_not_approved(incident: Incident) -> None:
    row = say(incident, "SEV3")
    factory.amend(incident, harms=["death"])
    with pytest.raises(Invalid, match="SEV1 by now"):
        approve(row, at=LATER)
    assert standing(row) == "requested"


def test_a_raise_takes_the_place_of_a_lowering(incident: Incident) -> None:
    row = lower(incident)
    say(incident, "SEV1")
    assert (severity(incident)[0], standing(row)) == ("SEV1", "ended")


def test_going_back_up_needs_nobody_else(incident: Incident) -> None:
    row = lower(incident)
    say(incident, "SEV2")
    assert (severity(incident)[0], standing(row)) == ("SEV2", "ended")


def test_closing_withdraws_what_waits(incident: Incident) -> None:
    free = factory.submit(
        factory.report(
            harms=["privacy"], personal_data={"breach": False}, impact={"people_affected": 1000}
        )
    )
    row = say(free, "SEV3")
    for state in ("contained", "resolved", "closed"):
        factory.change(free, state)
    assert standing(row) == "withdrawn"


# --- both ----------------------------------------------------------------------------------------


def test_a_level_that_there_is_not_is_refused_with_the_nearest(incident: Incident) -> None:
    with pytest.raises(Invalid, match="Did you mean 'SEV1'"):
        say(incident, "SEV11")


def test_what_nobody_changed_cannot_be_taken_back(incident: Incident) -> None:
    with pytest.raises(WrongState, match="nobody has changed it"):
        say(incident, "SEV2")


def test_a_reason_is_wanted(incident: Incident) -> None:
    with pytest.raises(Invalid, match="why"):
        overrides.choose(incident, "SEV1", reason=" ", by=PERSON, at=LATER)


def test_a_closed_incident_keeps_its_severity(incident: Incident) -> None:
    Incident.objects.filter(id=incident.id).update(state="closed", closed_at=AT)
    with pytest.raises(WrongState, match="closed"):
        say(incident, "SEV1")


def test_under_policies_without_that_level_it_is_over(incident: Incident) -> None:
    row = say(incident, "SEV1")
    factory.install(LATER, **levels.POLICIES)
    shown = flow.preview_reassessment(now(incident), at=LATER).digest
    flow.reassess_by_hand(now(incident), shown=shown, reason="New names.", by=PERSON, at=LATER)
    assert (severity(incident), standing(row)) == (("high", 1), "ended")


def test_the_trail_agrees_with_the_rows(incident: Incident) -> None:
    say(incident, "SEV1")
    lower(factory.submit(factory.breach()))
    say(lower(factory.submit(factory.breach())).incident, "SEV2")
    logs.seal()
    assert course.run(course.begin()).kept == []


def test_a_row_that_was_changed_behind_the_trails_back_is_named(incident: Incident) -> None:
    row = say(incident, "SEV1")
    logs.seal()
    logs.unhindered(
        "UPDATE incidents_severityoverride SET level = 'SEV3' WHERE id = %s", str(row.id)
    )
    found = [(each.code, each.where) for each in course.run(course.begin()).kept]
    assert found == [("object-changed", f"severity override {row.id}")]
