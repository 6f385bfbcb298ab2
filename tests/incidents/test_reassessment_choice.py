"""Which incidents are reassessed: the open ones of before, once, and only where it was chosen."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from governance.ledger.models import Entry
from incidents import sweep
from incidents.models import Incident, Reassessment, ReassessmentRun
from incidents.stages.runs import SETTLE
from policies import approvals
from tests import factory
from tests.factory import AT, HOUR, MINUTE
from tests.incidents.reassessing import (
    NOW,
    RAISED,
    SHORTER,
    approve,
    breach,
    entry,
    reassessed,
    sweep_at,
)
from tests.policies.officers import TESTS, counsel

pytestmark = pytest.mark.django_db
LATER = NOW + HOUR


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return breach()


def severity(incident: Incident) -> str:
    incident.refresh_from_db()
    return incident.severity


def without_duties() -> Incident:
    """One that may be closed at any time."""
    return factory.submit(factory.report(harms=["privacy"], personal_data={"breach": False}))


# --- the choice ----------------------------------------------------------------------------------


def test_without_the_choice_incidents_stay_with_what_decided_them(incident: Incident) -> None:
    approve(RAISED, reassess="none")
    sweep_at()
    assert (severity(incident), incident.decisions.count()) == ("SEV2", 1)
    assert not ReassessmentRun.objects.exists()


def test_nothing_happens_before_the_version_is_in_force(incident: Incident) -> None:
    approve(RAISED, effective_from=LATER)
    sweep_at(LATER - MINUTE)
    assert not ReassessmentRun.objects.exists()
    sweep_at(LATER)
    assert severity(incident) == "SEV1"


def test_an_approval_that_was_taken_back_reassesses_nothing(incident: Incident) -> None:
    (version,) = approve(RAISED, effective_from=LATER)
    approvals.unschedule(version, by=counsel(), at=NOW + MINUTE, comment="Not yet.")
    sweep_at(LATER)
    assert not ReassessmentRun.objects.exists()


def test_of_two_approvals_of_a_version_the_last_one_counts(incident: Incident) -> None:
    (version,) = approve(RAISED, effective_from=LATER)
    approvals.unschedule(version, by=counsel(), at=NOW + MINUTE, comment="Not yet.")
    version.refresh_from_db()
    approvals.approve([version], by=counsel(), at=NOW + MINUTE, effective_from=LATER)
    sweep_at(LATER)
    assert severity(incident) == "SEV2"


def test_an_approval_that_is_taken_back_at_the_last_moment_ends_its_run(
    incident: Incident,
) -> None:
    (version,) = approve(RAISED, effective_from=LATER)
    sweep.reassess(at=LATER)
    approvals.unschedule(version, by=counsel(), at=LATER - MINUTE, comment="Not yet.")
    sweep.reassess(at=LATER + SETTLE)
    run = ReassessmentRun.objects.get()
    assert (run.causes, run.finished_at, severity(incident)) == ([], LATER + SETTLE, "SEV2")


def test_tests_of_policies_reassess_nothing(incident: Incident) -> None:
    approve(TESTS)
    sweep_at()
    assert not ReassessmentRun.objects.exists()


# --- the incidents -------------------------------------------------------------------------------


def test_an_incident_reported_between_approval_and_effect_is_reassessed(incident: Incident) -> None:
    approve(RAISED, effective_from=LATER)
    between = factory.submit(factory.breach(harms=["privacy"]), at=LATER - MINUTE)
    sweep_at(LATER)
    assert (severity(between), severity(incident)) == ("SEV1", "SEV1")


def test_an_incident_reported_after_effect_is_not(incident: Incident) -> None:
    approve(RAISED)
    after = factory.submit(factory.breach(harms=["privacy"]), at=NOW + MINUTE)
    sweep_at(NOW + 2 * MINUTE)
    assert (severity(after), after.decisions.count()) == ("SEV1", 1)


def test_an_incident_decided_while_the_approval_was_being_stored_is_reassessed() -> None:
    factory.install()
    late = factory.submit(factory.breach(harms=["privacy"]), at=NOW + MINUTE)
    approve(RAISED)
    sweep_at(NOW + 2 * MINUTE)
    assert severity(late) == "SEV1"


def test_a_report_that_is_still_being_judged_when_the_run_begins_is_found() -> None:
    factory.install()
    approve(RAISED, effective_from=LATER)
    sweep.reassess(at=LATER)
    late = factory.submit(factory.breach(harms=["privacy"]), at=LATER - MINUTE)
    sweep.reassess(at=LATER + SETTLE)
    assert severity(late) == "SEV1"


def test_a_closed_incident_is_left_alone() -> None:
    factory.install()
    incident = without_duties()
    factory.change(incident, "closed", at=AT + MINUTE)
    approve(RAISED)
    sweep_at()
    assert not Reassessment.objects.exists()


def test_an_incident_that_is_closed_before_its_turn_is_left() -> None:
    factory.install()
    incident = without_duties()
    approve(RAISED)
    sweep.reassess(at=NOW)
    run = ReassessmentRun.objects.get()
    Reassessment.objects.create(run=run, incident=incident)
    factory.change(incident, "closed", at=NOW)
    sweep.reassess(at=NOW + SETTLE)
    assert (reassessed(incident).state, incident.decisions.count()) == ("left", 1)
    left = entry(incident, "reassessment.left")
    assert (left["before"], left["reason"]) == (
        {"state": "pending"},
        "The incident was closed before its turn.",
    )


# --- once ----------------------------------------------------------------------------------------


def test_an_incident_is_reassessed_once(incident: Incident) -> None:
    approve(RAISED)
    sweep_at()
    sweep_at(NOW + HOUR)
    assert incident.decisions.count() == 2


def test_versions_of_one_change_set_reassess_an_incident_once(incident: Incident) -> None:
    approve(RAISED, SHORTER)
    sweep_at()
    run = reassessed(incident).run
    assert sorted(run.versions) == [
        "ObligationPolicy/breach@2.0.0",
        "SeverityPolicy/severity@2.0.0",
    ]
    assert incident.decisions.count() == 2


def test_versions_of_two_approvals_and_one_instant_reassess_an_incident_once(
    incident: Incident,
) -> None:
    approve(RAISED, effective_from=LATER)
    approve(SHORTER, effective_from=LATER)
    sweep_at(LATER)
    assert (len(reassessed(incident).run.versions), incident.decisions.count()) == (2, 2)


def test_versions_of_two_instants_are_two_reassessments(incident: Incident) -> None:
    approve(RAISED)
    approve(SHORTER, effective_from=LATER)
    sweep_at(NOW)
    sweep_at(LATER)
    rows = incident.reassessments.order_by("id").values_list("run__effective_at", flat=True)
    assert list(rows) == [NOW, LATER]


def test_the_run_is_in_the_trail_from_its_beginning_to_its_end(incident: Incident) -> None:
    approve(RAISED)
    sweep_at()
    found = Entry.objects.filter(object_kind="reassessment_run").order_by("id")
    assert [each.verb for each in found] == ["reassessment.began", "reassessment.finished"]


@pytest.mark.parametrize(
    ("model", "change"),
    [(Reassessment, {"error": "none"}), (ReassessmentRun, {"causes": []})],
)
def test_what_is_done_is_kept(
    incident: Incident, model: type[Model], change: dict[str, object]
) -> None:
    approve(RAISED)
    sweep_at()
    rows = model._default_manager.all()
    with pytest.raises(IntegrityError, match="kept as"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError, match="is refused"), transaction.atomic():
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]
