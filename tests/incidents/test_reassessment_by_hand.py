"""What counted a clock stays until a person has seen what a reassessment changes, and confirms."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from governance.errors import Conflict
from governance.ledger import readings
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import flow, outdated, sweep
from incidents.errors import WrongState
from incidents.models import Clock, Incident, Reassessment
from incidents.previews import Effect
from policies import releases
from tests import factory
from tests.factory import AT, HOUR, MINUTE, PERSON, amend, deadline, duty, pending
from tests.incidents.reassessing import NEXT, NOW, OTHER, RAISED, SHORTER, approve, entry, told

pytestmark = pytest.mark.django_db
#: Two working days of a calendar, from Monday 23 November 2026: the end of Wednesday.
WORKING = factory.text(
    "breach",
    (
        "hours: 8, counting: elapsed",
        "business_days: 2, counting: business-days, calendar: office",
    ),
)
#: The calendar finds out that Wednesday the 25th is a holiday.
HOLIDAY = factory.text(
    "calendar",
    NEXT,
    ("  holidays:\n", '  holidays:\n    - {date: "2026-11-25", title: A day of rest}\n'),
)
#: In UTC: the ends of Wednesday and Thursday in Brussels.
WEDNESDAY, THURSDAY = (
    datetime.fromisoformat(f"2026-11-{day}T23:00:00+00:00") for day in ("25", "26")
)


@pytest.fixture
def incident() -> Incident:
    """Notified within two working days; then a holiday comes among them, for new incidents."""
    factory.install(breach=WORKING)
    opened = factory.submit(factory.breach(harms=["privacy"]))
    Message.objects.update(state="sent", sent_at=AT)
    approve(HOLIDAY, reassess="none")
    return opened


def initial(incident: Incident) -> Clock:
    return deadline(incident, "notify", "initial")


def frozen(incident: Incident) -> tuple[object, ...]:
    clock = initial(incident)
    return clock.legal_due, clock.calendar, clock.zone, clock.release_id


def preview(incident: Incident, at: datetime = NOW) -> Effect:
    return flow.preview_reassessment(incident, at=at)


def confirm(incident: Incident, shown: str = "", at: datetime = NOW + MINUTE) -> Reassessment:
    shown = shown or preview(incident).digest
    return flow.reassess_by_hand(
        incident, shown=shown, reason="The holiday is real.", by=PERSON, at=at
    )


# --- what counted stays --------------------------------------------------------------------------


def test_a_clock_names_the_release_that_counted_it(incident: Incident) -> None:
    first = incident.decisions.earliest("id").release_id
    assert frozen(incident) == (WEDNESDAY, "office@1.0.0", "Europe/Brussels", first)


def test_a_new_holiday_counts_for_a_new_incident(incident: Incident) -> None:
    other = factory.submit(factory.breach(), at=NOW)
    assert (initial(other).legal_due, initial(other).calendar) == (THURSDAY, "office@2.0.0")


def test_the_sweep_moves_nothing(incident: Incident) -> None:
    before = frozen(incident)
    sweep.run(at=NOW + HOUR)
    assert frozen(incident) == before


def test_an_amendment_moves_nothing(incident: Incident) -> None:
    before = frozen(incident)
    amend(incident, NOW + HOUR, impact={"people_affected": 3})
    assert frozen(incident) == before


def test_a_moment_is_counted_by_the_calendar_of_before(incident: Incident) -> None:
    factory.record(incident, "aware", AT - HOUR, at=NOW + HOUR)
    assert frozen(incident)[:2] == (WEDNESDAY, "office@1.0.0")


def test_a_clock_that_starts_later_is_counted_by_the_calendar_of_before() -> None:
    factory.install(breach=WORKING)
    opened = factory.submit(factory.breach(aware=None))
    approve(HOLIDAY, reassess="none")
    factory.record(opened, "aware", AT, at=NOW + HOUR)
    assert frozen(opened)[:2] == (WEDNESDAY, "office@1.0.0")


def test_what_counted_it_and_is_not_in_force_is_named(incident: Incident) -> None:
    clock = initial(incident)
    assert outdated.notes([clock], releases.in_force(NOW)) == [
        "Counted by the calendar office@1.0.0; in force is 2.0.0."
    ]
    assert outdated.notes([clock], releases.in_force(AT)) == []


def test_a_policy_that_is_not_in_force_is_named() -> None:
    factory.install()
    opened = factory.submit(factory.breach())
    approve(SHORTER, reassess="none")
    assert outdated.notes([initial(opened)], releases.in_force(NOW)) == [
        "Decided by ObligationPolicy/breach@1.0.0; in force is 2.0.0."
    ]


# --- the preview ---------------------------------------------------------------------------------


def test_a_preview_shows_both_dates(incident: Incident) -> None:
    (change,) = preview(incident).changes
    (stage,) = change["stages"]
    assert [stage[side]["legal_due"] for side in ("before", "after")] == [
        "2026-11-25T23:00:00.000000Z",
        "2026-11-26T23:00:00.000000Z",
    ]


def test_a_preview_leaves_nothing_behind(incident: Incident) -> None:
    before = (frozen(incident), factory.verbs(incident), pending(initial(incident)))
    preview(incident)
    assert (frozen(incident), factory.verbs(incident), pending(initial(incident))) == before
    assert (incident.decisions.count(), told()) == (1, [])


def test_a_preview_shows_another_severity(incident: Incident) -> None:
    approve(RAISED, reassess="none")
    effect = preview(incident)
    assert (effect.before.severity, effect.after.severity) == ("SEV2", "SEV1")


def test_what_is_shown_has_one_name_as_long_as_it_is_the_same(incident: Incident) -> None:
    assert preview(incident).digest == preview(incident, at=NOW + 5 * HOUR).digest


def test_a_question_that_would_open_does_not_change_the_name_at_each_look() -> None:
    factory.install()
    opened = factory.submit(factory.report(personal_data={"breach": True}))
    approve(OTHER, reassess="none")
    looks = [preview(opened, at=at) for at in (NOW, NOW + HOUR)]
    assert "questioned" in {change["what"] for change in looks[0].changes}
    assert looks[0].digest == looks[1].digest


# --- confirming ----------------------------------------------------------------------------------


def test_confirming_counts_by_the_calendar_in_force(incident: Incident) -> None:
    confirm(incident)
    release = releases.in_force(NOW).digest
    assert frozen(incident) == (THURSDAY, "office@2.0.0", "Europe/Brussels", release)


def test_the_timers_follow(incident: Incident) -> None:
    confirm(incident)
    overdue = initial(incident).timers.filter(kind="overdue", state="pending")
    assert [timer.due_at for timer in overdue] == [THURSDAY]


def test_it_is_kept_with_who_asked_why_and_what_was_shown(incident: Incident) -> None:
    shown = preview(incident).digest
    row = confirm(incident, shown)
    assert (row.run, row.state, row.requested_by, row.reason, row.shown) == (
        None,
        "done",
        str(PERSON),
        "The holiday is real.",
        shown,
    )
    assert [change["duty"] for change in row.changes] == ["breach/notify"]


def test_its_entry_has_both_sides_and_the_reason(incident: Incident) -> None:
    row = confirm(incident)
    body = entry(incident, "incident.reassessed")
    after = body["after"]
    assert isinstance(after, dict)
    assert body["actor"] == str(PERSON)
    row_ = Entry.objects.get(verb="incident.reassessed")
    assert readings.of(row_).reason == "The holiday is real."
    assert (after["changes"], after["shown"]) == (row.changes, row.shown)
    assert (after["release"], after["decision"]) == (
        releases.in_force(NOW).digest,
        str(row.decision_id),
    )


def test_the_decision_says_that_it_was_by_hand(incident: Incident) -> None:
    assert confirm(incident).decision is not None
    assert incident.decisions.latest("id").because == "Reassessed by hand."


def test_later_changes_follow_the_release_that_was_confirmed(incident: Incident) -> None:
    confirm(incident)
    factory.record(incident, "aware", AT + 24 * HOUR, at=AT + 25 * HOUR)
    assert frozen(incident)[:2] == (THURSDAY + 24 * HOUR, "office@2.0.0")


def test_a_date_that_comes_closer_is_told() -> None:
    factory.install()
    opened = factory.submit(factory.breach(harms=["privacy"]))
    Message.objects.update(state="sent", sent_at=AT)
    approve(SHORTER, reassess="none")
    confirm(opened)
    (message,) = Message.objects.filter(state="pending")
    assert message.because == "The incident was reassessed by hand under the policies in force."


def test_what_was_met_stays_as_it_was(incident: Incident) -> None:
    factory.fulfil(initial(incident), NOW)
    entries = Entry.objects.filter(object_id=str(initial(incident).id)).count()
    before = frozen(incident)
    confirm(incident)
    assert (frozen(incident), initial(incident).state) == (before, "fulfilled")
    assert Entry.objects.filter(object_id=str(initial(incident).id)).count() == entries


def test_what_was_met_late_is_not_made_good_by_a_later_date(incident: Incident) -> None:
    factory.fulfil(initial(incident), WEDNESDAY + HOUR, at=WEDNESDAY + HOUR)
    confirm(incident, preview(incident, at=WEDNESDAY + HOUR).digest, at=WEDNESDAY + 2 * HOUR)
    assert initial(incident).legal_due == WEDNESDAY


# --- refusals ------------------------------------------------------------------------------------


def test_another_effect_than_the_one_shown_is_refused(incident: Incident) -> None:
    shown = preview(incident).digest
    factory.record(incident, "aware", AT - 24 * HOUR, at=NOW + HOUR)
    before = (frozen(incident), incident.decisions.count())
    with pytest.raises(Conflict, match="look again"):
        confirm(incident, shown, at=NOW + 2 * HOUR)
    assert (frozen(incident), incident.decisions.count()) == before
    assert not Reassessment.objects.exists()


def test_what_changes_nothing_of_what_was_shown_does_not_stand_in_the_way(
    incident: Incident,
) -> None:
    shown = preview(incident).digest
    amend(incident, NOW + HOUR, impact={"people_affected": 3})
    assert confirm(incident, shown, at=NOW + 2 * HOUR).state == "done"


def test_a_further_version_since_is_refused(incident: Incident) -> None:
    shown = preview(incident).digest
    approve(RAISED, at=NOW + HOUR, reassess="none")
    with pytest.raises(Conflict, match="look again"):
        confirm(incident, shown, at=NOW + 2 * HOUR)


def test_an_incident_that_follows_the_policies_in_force_is_refused(incident: Incident) -> None:
    confirm(incident)
    with pytest.raises(WrongState, match="follows the policies in force already"):
        confirm(incident)


def test_a_closed_incident_is_refused(incident: Incident) -> None:
    Incident.objects.filter(id=incident.id).update(state="closed", closed_at=NOW)
    with pytest.raises(WrongState, match="is closed"):
        preview(incident)


def test_a_duty_that_no_policy_has_any_more_ends_only_then() -> None:
    factory.install()
    opened = factory.submit(factory.breach(harms=["privacy"]))
    approve(OTHER, reassess="none")
    assert duty(opened, "notify").state == "open"
    confirm(opened)
    assert duty(opened, "notify").state == "not_applicable"


@pytest.mark.parametrize("missing", ["requested_by", "reason", "shown"])
def test_the_database_wants_a_person_a_reason_and_what_was_shown(
    incident: Incident, missing: str
) -> None:
    given = {"requested_by": "user:x", "reason": "x", "shown": "x", missing: ""}
    decision = incident.decisions.get()
    with pytest.raises(IntegrityError, match="by_run_or_by_hand"), transaction.atomic():
        Reassessment.objects.create(
            incident=incident, state="done", decision=decision, done_at=NOW, **given
        )


def test_it_cannot_be_changed_afterwards(incident: Incident) -> None:
    confirm(incident)
    with pytest.raises(IntegrityError, match="kept as it was done"), transaction.atomic():
        Reassessment.objects.update(reason="Another.")
