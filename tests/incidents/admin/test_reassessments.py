"""The pages about what was decided anew: of one incident, of a run, and of all."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents import differences, sweep
from incidents.models import Incident, ReassessmentRun
from incidents.stages.runs import SETTLE
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.incidents.reassessing import NEXT, RAISED, SHORTER, approve, sweep_at

INCIDENTS, RUNS = "incidents_incident", "incidents_reassessmentrun"


@pytest.fixture
def run(incident: Incident, now: datetime) -> ReassessmentRun:
    """Severity and law changed now; nothing was looked at yet."""
    approve(RAISED, SHORTER, at=now)
    sweep.reassess(at=now)
    return ReassessmentRun.objects.get()


@pytest.fixture
def failed(run: ReassessmentRun, now: datetime, monkeypatch: pytest.MonkeyPatch) -> ReassessmentRun:
    """The one incident of the run could not be decided, by a fault that is mended now."""

    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(differences, "between", broken)
        sweep.reassess(at=now + SETTLE)
    return run


# --- the incident --------------------------------------------------------------------------------


def test_an_incident_shows_severity_duty_and_dates_before_and_after(
    incident: Incident, run: ReassessmentRun, officer: Desk, now: datetime
) -> None:
    sweep.reassess(at=now + SETTLE)
    page = text(officer.page(INCIDENTS, incident.id))
    shown = page[page.index('id="reassessed"') : page.index('id="decisions"')]
    assert "ObligationPolicy/breach@1.0.0" in shown
    assert "Notify the authority: legal end" in shown
    assert shown.index(">SEV2<") < shown.index(">SEV1<")


def test_an_incident_names_who_chose(
    incident: Incident, run: ReassessmentRun, officer: Desk, now: datetime
) -> None:
    sweep.reassess(at=now + SETTLE)
    page = text(officer.page(INCIDENTS, incident.id))
    assert "Chosen by counsel at approval." in page
    assert "Reassessed as counsel chose at approval." in page


def test_an_incident_lists_what_of_its_report_must_be_corrected(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    approve(
        factory.text("taxonomy", NEXT, ("[unlikely, likely, high]", "[unlikely, likely]")), at=now
    )
    sweep_at(now)
    assert "/personal_data/risk" in text(officer.page(INCIDENTS, incident.id))


def test_an_incident_that_was_not_reassessed_says_nothing_of_it(
    incident: Incident, officer: Desk
) -> None:
    assert 'id="reassessed"' not in text(officer.page(INCIDENTS, incident.id))


def test_an_incident_whose_turn_failed_shows_the_error(
    incident: Incident, failed: ReassessmentRun, officer: Desk
) -> None:
    assert "RuntimeError: a fault of ours" in text(officer.page(INCIDENTS, incident.id))


# --- runs ----------------------------------------------------------------------------------------


def test_the_list_shows_how_far_each_run_came(run: ReassessmentRun, officer: Desk) -> None:
    assert "begins" in text(officer.list(RUNS))


def test_a_run_is_found_by_a_version(run: ReassessmentRun, officer: Desk, now: datetime) -> None:
    sweep.reassess(at=now + SETTLE)
    link = f"/incidents/reassessmentrun/{run.id}/change/"
    assert link in text(officer.list(RUNS, q="ObligationPolicy/breach@2.0.0"))
    assert link not in text(officer.list(RUNS, q="ObligationPolicy/breach@1.0.0"))


def test_a_finished_run_leads_to_its_incidents_and_versions(
    incident: Incident, run: ReassessmentRun, officer: Desk, now: datetime
) -> None:
    sweep.reassess(at=now + SETTLE)
    page = text(officer.page(RUNS, run.id))
    assert "1 of 1" in page
    assert f"/incidents/incident/{incident.id}/change/#reassessed" in page
    assert "/policies/policyversion/" in page


def test_a_run_shows_what_failed_and_when_it_is_tried_again(
    failed: ReassessmentRun, officer: Desk
) -> None:
    page = text(officer.page(RUNS, failed.id))
    assert "RuntimeError: a fault of ours" in page
    assert "again from" in page
    assert "1 failed" in page


def test_the_first_page_tells_of_it(failed: ReassessmentRun, officer: Desk) -> None:
    assert "Failed reassessments" in text(officer.client.get("/"))


def test_the_first_page_is_silent_while_nothing_failed(run: ReassessmentRun, officer: Desk) -> None:
    assert "Failed reassessments" not in text(officer.client.get("/"))


def test_what_failed_may_be_tried_at_once(failed: ReassessmentRun, now: datetime) -> None:
    desk("responder").act(RUNS, failed.id, "retry")
    sweep.reassess(at=now + SETTLE)
    assert failed.reassessments.get().state == "done"


def test_a_reader_cannot_hasten_it(failed: ReassessmentRun) -> None:
    assert desk("auditor").act(RUNS, failed.id, "retry").status_code == 403


def test_who_may_not_read_incidents_sees_no_run(run: ReassessmentRun) -> None:
    assert desk("reporter").page(RUNS, run.id).status_code == 403


def test_the_list_asks_as_much_for_many_runs_as_for_one(
    run: ReassessmentRun,
    officer: Desk,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    sweep.reassess(at=now + SETTLE)
    approve(RAISED.replace("2.0.0", "3.0.0"), at=now + factory.HOUR)
    sweep_at(now + factory.HOUR)
    officer.list(RUNS)  # the first look of the hour is put on record
    with django_assert_max_num_queries(10):
        officer.list(RUNS)
