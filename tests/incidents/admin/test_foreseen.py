"""What an action would do, told before it is done."""

from datetime import datetime

import pytest

from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents.models import Duty, Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk, field, text

INCIDENTS = "incidents_incident"


@pytest.fixture
def open_question(now: datetime) -> Incident:
    facts = factory.report(
        personal_data={"breach": True}, moments={"aware": factory.iso(now - factory.HOUR)}
    )
    return factory.submit(facts, at=now)


def test_the_form_asks_for_the_missing_facts_alone(open_question: Incident, officer: Desk) -> None:
    page = text(officer.page(INCIDENTS, open_question.id))
    form = page[page.index('id="action-answer"') :]
    form = form[: form.index("</form>")]
    assert 'name="personal_data.risk"' in form
    assert 'name="personal_data.breach"' not in form


def test_an_answer_amends_the_facts(open_question: Incident, officer: Desk) -> None:
    given = {"personal_data.risk": '"high"', "reason": "The logs say so."}
    assert officer.act(INCIDENTS, open_question.id, "answer", **given).status_code == 302
    open_question.refresh_from_db()
    assert open_question.report["personal_data"] == {"breach": True, "risk": "high"}
    assert open_question.duties.get(duty="notify").state == Duty.State.OPEN


def test_no_answer_at_all_is_refused(open_question: Incident, officer: Desk) -> None:
    answer = officer.act(INCIDENTS, open_question.id, "answer", reason="None.")
    assert answer.status_code == 422
    assert "Answer at least one question." in text(answer)


def test_what_it_would_do_is_told(open_question: Incident, officer: Desk) -> None:
    given = {"personal_data.risk": '"high"', "reason": "The logs.", "foresee": "yes"}
    answer = officer.act(INCIDENTS, open_question.id, "answer", **given)
    assert answer.status_code == 200
    found = text(answer)
    found = found[found.index("What would happen") :]
    assert "confirmed" in found
    assert "Notify the authority" in found


def written(incident: Incident) -> tuple[int, int]:
    """How many entries, but for readings, and messages there are of it."""
    entries = Entry.objects.filter(incident_id=incident.id).exclude(verb__endswith=".read")
    return entries.count(), Message.objects.filter(incident_id=incident.id).count()


def test_nothing_of_it_stays(open_question: Incident, officer: Desk) -> None:
    before = written(open_question)
    given = {"personal_data.risk": '"high"', "reason": "The logs.", "foresee": "yes"}
    officer.act(INCIDENTS, open_question.id, "answer", **given)
    assert open_question.duties.get(duty="notify").state == Duty.State.UNDETERMINED
    assert written(open_question) == before


def test_a_moment_says_which_clock_it_would_start(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    given = {
        "moment": "information",
        "happened_at": field(now - factory.MINUTE),
        "basis": "A mail.",
        "foresee": "yes",
    }
    found = text(officer.act(INCIDENTS, incident.id, "moment", **given))
    assert "A moment is recorded: Missing information came in" in found
    changed = found[found.index("Waits for “Missing information came in”") :]
    assert changed.index("Running") < changed.index("work to")


def test_a_merge_is_shown_for_both_incidents(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    other = factory.submit(factory.breach(now - 2 * factory.HOUR, harms=["privacy"]), at=now)
    given = {"into": other.reference, "reason": "The same.", "foresee": "yes"}
    found = text(officer.act(INCIDENTS, incident.id, "merge", **given))
    assert f"What would happen to {incident.reference}" in found
    assert f"What would happen to {other.reference}" in found
    incident.refresh_from_db()
    assert incident.state == Incident.State.OPEN


def test_looking_at_a_merge_is_a_reading_of_the_other(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    other = factory.submit(factory.breach(now - 2 * factory.HOUR, harms=["privacy"]), at=now)
    given = {"into": other.reference, "reason": "The same.", "foresee": "yes"}
    officer.act(INCIDENTS, incident.id, "merge", **given)
    read = Entry.objects.filter(verb="incident.read", object_id=str(other.id))
    assert read.get().actor == officer.actor


def test_what_would_be_refused_is_told_as_such(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    other = factory.submit(factory.report(), at=now)
    given = {"into": other.reference, "reason": "The same.", "foresee": "yes"}
    answer = officer.act(INCIDENTS, incident.id, "merge", **given)
    assert answer.status_code == 409
    assert "It would be refused." in text(answer)


def test_a_folded_action_that_was_tried_is_open(incident: Incident, officer: Desk) -> None:
    answer = officer.act(INCIDENTS, incident.id, "resolve", reason="Mended.", foresee="yes")
    assert '<details class="by-more" open><summary>More actions' in text(answer)


def test_who_may_not_do_it_may_not_foresee_it(incident: Incident) -> None:
    answer = desk("auditor").act(INCIDENTS, incident.id, "close", reason="x", foresee="yes")
    assert answer.status_code == 403
