"""An open incident follows a new version, where its approver chose so: severity and duties."""

import pytest

from governance.outbox.models import Message
from incidents import sweep
from incidents.models import Incident, Reassessment
from tests import factory
from tests.factory import AT, HOUR, MINUTE, deadline, duty, pending
from tests.incidents.reassessing import (
    NEXT,
    NOW,
    OTHER,
    RAISED,
    SHORTER,
    VOLUNTARY,
    approve,
    breach,
    change,
    entry,
    reassessed,
    sweep_at,
    told,
)
from tests.policies.officers import counsel

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    opened = breach()
    Message.objects.update(state="sent", sent_at=factory.AT)
    return opened


# --- severity ------------------------------------------------------------------------------------


def test_a_severity_that_the_new_version_raises_is_raised(incident: Incident) -> None:
    approve(RAISED)
    sweep_at()
    incident.refresh_from_db()
    row = reassessed(incident)
    assert incident.severity == "SEV1"
    assert (row.state, row.severity_before, row.severity_after) == ("done", "SEV2", "SEV1")


def test_a_raised_severity_is_told_and_has_its_own_ladder(incident: Incident) -> None:
    approve(RAISED)
    sweep.reassess(at=NOW)
    sweep.reassess(at=NOW + MINUTE)
    assert told() == ["Raised to SEV1"]
    ladder = incident.timers.filter(kind="escalation", state="pending")
    assert [timer.due_at for timer in ladder] == [NOW + 11 * MINUTE]


def test_a_severity_that_the_new_version_lowers_falls_quietly(incident: Incident) -> None:
    approve(factory.text("severity", NEXT, ("personal_data.breach: true", _OTHERWISE)))
    sweep_at()
    incident.refresh_from_db()
    assert (incident.severity, told()) == ("SEV3", [])


_OTHERWISE = "personal_data.breach: false"


def test_a_level_that_is_no_more_gives_way(incident: Incident) -> None:
    levels = ("    - {id: SEV2, title: High}\n", "")
    ladder = "    SEV2:\n      lead: incident-commander\n      steps:\n" + (
        "        - {after: PT30M, notify: [executive]}\n"
    )
    approve(
        factory.text("severity", NEXT, levels, ("level: SEV2\n", "level: SEV1\n")),
        factory.text("escalation", NEXT, (ladder, "")),
    )
    sweep_at()
    incident.refresh_from_db()
    assert (incident.severity, told()) == ("SEV1", ["Raised to SEV1"])


def test_another_ladder_begins_anew(incident: Incident) -> None:
    approve(factory.text("escalation", NEXT, ("- {after: PT30M, notify: [executive]}", _SOONER)))
    sweep.reassess(at=NOW)
    sweep.reassess(at=NOW + MINUTE)
    ladder = incident.timers.filter(kind="escalation", state="pending")
    assert [timer.due_at for timer in ladder] == [NOW + 6 * MINUTE]


_SOONER = "- {after: PT5M, notify: [executive]}"


# --- the decision --------------------------------------------------------------------------------


def test_the_decision_names_the_version_and_who_chose(incident: Incident) -> None:
    approve(RAISED)
    sweep_at()
    decision = incident.decisions.order_by("-id")[0]
    assert reassessed(incident).decision == decision
    assert decision.because == (
        f"Reassessed as {counsel()} chose at approval. In force from 2026-11-23 09:00 UTC: "
        "SeverityPolicy/severity@2.0.0."
    )


def test_the_incident_is_pinned_to_the_release_in_force(incident: Incident) -> None:
    approve(RAISED)
    sweep_at()
    factory.amend(incident, at=NOW + HOUR, impact={"reversible": True})
    first, *later = incident.decisions.order_by("id").values_list("release_id", flat=True)
    assert len(set(later)) == 1
    assert later[0] != first


def test_the_trail_has_what_changed(incident: Incident) -> None:
    approve(SHORTER)
    sweep_at()
    body = entry(incident, "incident.reassessed")
    after = body["after"]
    assert isinstance(after, dict)
    assert after["changes"] == reassessed(incident).changes
    assert after["causes"][0]["approved_by"] == str(counsel())


# --- duties --------------------------------------------------------------------------------------


def test_a_duty_that_the_new_version_adds_is_opened_and_told(incident: Incident) -> None:
    approve(factory.text("harm", NEXT, ("includes: death", "includes_any: [death, privacy]")))
    sweep_at()
    assert duty(incident, "death").state == "open"
    assert deadline(incident, "death", "report").legal_due == AT + 12 * HOUR
    assert (change(incident, "harm/death")["what"], told()) == (
        "opened",
        ["New policies change duties"],
    )


def test_a_question_that_the_new_version_settles_is_confirmed() -> None:
    factory.install()
    facts = factory.breach()
    del facts["personal_data"]["risk"]
    incident = factory.submit(facts)
    when = "      when: {not: {personal_data.risk: unlikely}}\n      determine_within: PT6H\n"
    approve(factory.text("breach", NEXT, (when, "")))
    sweep_at()
    found = change(incident, "breach/notify")
    assert (found["what"], found["before"]["state"], found["after"]["state"]) == (
        "confirmed",
        "undetermined",
        "open",
    )


def test_a_duty_that_the_new_version_takes_off_does_not_apply(incident: Incident) -> None:
    approve(factory.text("breach", NEXT, ("not: {personal_data.risk: unlikely}", _ONLY_LIKELY)))
    sweep_at()
    assert duty(incident, "notify").state == "not_applicable"
    assert deadline(incident, "notify", "initial").state == "cancelled"


_ONLY_LIKELY = "personal_data.risk: likely"


def test_a_duty_that_no_policy_knows_any_more_does_not_apply(incident: Incident) -> None:
    approve(OTHER)
    sweep_at()
    initial = deadline(incident, "notify", "initial")
    assert duty(incident, "notify").state == "not_applicable"
    assert initial.cancelled_because == "No policy in force has this duty any more."
    assert pending(initial) == []
    assert (
        change(incident, "breach/notify")["what"],
        change(incident, "breach/other")["what"],
    ) == (
        "not_applicable",
        "opened",
    )


def test_a_duty_whose_law_does_not_bite_any_more_is_put_in_shadow(incident: Incident) -> None:
    approve(VOLUNTARY)
    sweep_at()
    assert change(incident, "breach/notify")["what"] == "entered_shadow"
    kinds = {kind for kind, _ in pending(deadline(incident, "notify", "initial"))}
    assert (duty(incident, "notify").shadow, kinds) == (True, {"reminder"})
    assert factory.change(incident, "closed").state == "closed"


def test_the_deadlines_of_a_duty_enter_the_shadow_with_it(incident: Incident) -> None:
    mine = incident.clocks.filter(duty__duty="notify")
    assert set(mine.values_list("shadow", "duty__shadow")) == {(False, False)}
    approve(VOLUNTARY)
    sweep_at()
    assert set(mine.values_list("shadow", "duty__shadow")) == {(True, True)}


def test_a_duty_that_was_fulfilled_stays_as_it_was(incident: Incident) -> None:
    for stage in ("initial", "final"):
        factory.fulfil(deadline(incident, "notify", stage), AT + MINUTE)
    approve(OTHER)
    sweep_at()
    assert duty(incident, "notify").state == "fulfilled"


def test_what_does_not_change_is_not_listed(incident: Incident) -> None:
    approve(SHORTER)
    sweep_at()
    assert [each["duty"] for each in reassessed(incident).changes] == ["breach/notify"]


# --- facts ---------------------------------------------------------------------------------------


def test_a_report_that_does_not_fit_any_more_is_decided_and_the_errors_are_kept(
    incident: Incident,
) -> None:
    narrative = "narrative: {type: string, minLength: 1"
    stricter = factory.text("taxonomy", NEXT, (narrative, "narrative: {type: boolean"))
    approve(stricter, RAISED)
    sweep_at()
    row = reassessed(incident)
    assert (row.severity_after, [each["pointer"] for each in row.findings]) == (
        "SEV1",
        ["/incident/narrative"],
    )
    incident.refresh_from_db()
    assert incident.report == factory.breach(harms=["privacy"])


def test_a_system_that_the_register_has_lost_is_decided_as_it_was_known(incident: Incident) -> None:
    approve(factory.text("register", NEXT, ("id: triage", "id: sorting")), RAISED)
    sweep_at()
    row = reassessed(incident)
    assert (row.state, row.severity_after) == ("done", "SEV1")
    assert [each["code"] for each in row.findings] == ["unknown-system"]
    factory.fulfil(deadline(incident, "notify", "initial"), NOW + HOUR)
    assert deadline(incident, "notify", "final").state == "running"


def test_the_trail_names_places_and_not_contents(incident: Incident) -> None:
    approve(factory.text("taxonomy", NEXT, ("[unlikely, likely, high]", "[unlikely, likely]")))
    sweep_at()
    after = entry(incident, "incident.reassessed")["after"]
    assert isinstance(after, dict)
    assert after["findings"] == [{"code": "unknown-term", "pointer": "/personal_data/risk"}]


def test_a_drill_is_reassessed_like_any_incident() -> None:
    factory.install()
    incident = breach(drill=True)
    approve(RAISED)
    sweep_at()
    assert Reassessment.objects.get().incident == incident
