"""A person's word on the severity, at the console: asked for, decided, told at the head of the page
and on the first page."""

from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse

from governance.accounts import teams
from governance.outbox.models import Message
from incidents.models import Incident, SeverityOverride
from tests import factory
from tests.incidents.admin.desk import Desk, desk, rows, said, text
from tests.incidents.admin.test_home import cards

INCIDENTS = "incidents_incident"


@pytest.fixture
def responder(now: datetime) -> Desk:
    return desk("responder")


def change(who: Desk, incident: Incident, level: str, **given: str) -> HttpResponse:
    body = {"level": level, "reason": "The board says so.", **given}
    return who.act(INCIDENTS, incident.id, "severity", **body)


def page(who: Desk, incident: Incident) -> str:
    return text(who.page(INCIDENTS, incident.id))


def head(who: Desk, incident: Incident) -> str:
    found = page(who, incident)
    return " ".join(found[found.index('class="by-head"') : found.index("</header>")].split())


def actions(who: Desk, incident: Incident) -> set[str]:
    found = page(who, incident)
    own = ("approve_severity", "refuse_severity", "withdraw_severity", "severity")
    return {name for name in own if f'id="action-{name}"' in found}


def severity(incident: Incident) -> str:
    return Incident.objects.get(id=incident.id).severity


def state() -> str:
    return SeverityOverride.objects.latest("id").state


# --- changing it ---------------------------------------------------------------------------------


def test_a_responder_raises_it_at_once(incident: Incident, responder: Desk) -> None:
    assert change(responder, incident, "SEV1").status_code == 302
    assert (severity(incident), state()) == ("SEV1", "in_force")
    assert SeverityOverride.objects.get().requested_by == responder.actor


def test_a_lower_one_waits(incident: Incident, responder: Desk) -> None:
    answer = change(responder, incident, "SEV3")
    assert said(answer) == ["SEV3 waits for the approval of another person; nothing changes."]
    assert (severity(incident), state()) == ("SEV2", "requested")


def test_the_computed_one_ends_what_was_set(incident: Incident, responder: Desk) -> None:
    change(responder, incident, "SEV1")
    assert said(change(responder, incident, "SEV2"))[-1] == "SEV2 of the policies holds again."
    assert (severity(incident), state()) == ("SEV2", "ended")


def test_a_level_that_the_policies_do_not_know_is_refused(
    incident: Incident, responder: Desk
) -> None:
    assert change(responder, incident, "SEV9").status_code == 422


def test_what_is_so_already_is_said_and_the_reason_kept(
    incident: Incident, responder: Desk
) -> None:
    answer = change(responder, incident, "SEV2")
    assert "nobody has changed it" in said(answer)[0]
    assert "The board says so." in text(answer)


def test_the_choices_say_what_is_computed_and_what_holds(
    incident: Incident, responder: Desk
) -> None:
    assert "SEV2 High (the policies compute it, and it holds now)" in page(responder, incident)
    change(responder, incident, "SEV1")
    found = page(responder, incident)
    assert "SEV1 Critical (holds now)" in found
    assert "SEV2 High (the policies compute it)" in found


def test_whom_it_would_tell_is_shown_beforehand(incident: Incident, responder: Desk) -> None:
    before = Message.objects.count()
    found = text(change(responder, incident, "SEV1", foresee="yes"))
    assert "commander@example.org</strong> is told" in found
    assert "Planned: Escalation step" in found
    assert (severity(incident), Message.objects.count()) == ("SEV2", before)


def test_who_only_reads_is_not_offered_it(incident: Incident) -> None:
    reader = desk("auditor")
    assert actions(reader, incident) == set()
    assert change(reader, incident, "SEV1").status_code == 403


# --- deciding ------------------------------------------------------------------------------------


def test_an_officer_decides_and_does_not_withdraw(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    assert actions(officer, incident) == {"approve_severity", "refuse_severity", "severity"}


def test_who_asked_withdraws_and_does_not_decide(incident: Incident, officer: Desk) -> None:
    change(officer, incident, "SEV3")
    assert actions(officer, incident) == {"withdraw_severity", "severity"}


def test_another_responder_does_neither(incident: Incident, officer: Desk, responder: Desk) -> None:
    change(officer, incident, "SEV3")
    assert actions(responder, incident) == {"severity"}


def test_while_none_waits_nothing_is_to_be_decided(incident: Incident, officer: Desk) -> None:
    change(officer, incident, "SEV1")
    assert actions(officer, incident) == {"severity"}


@pytest.mark.parametrize(
    ("action", "level", "becomes"),
    [("approve_severity", "SEV3", "in_force"), ("refuse_severity", "SEV2", "refused")],
)
def test_an_officer_decides(
    incident: Incident, responder: Desk, officer: Desk, action: str, level: str, becomes: str
) -> None:
    change(responder, incident, "SEV3")
    assert officer.act(INCIDENTS, incident.id, action, note="Seen.").status_code == 302
    row = SeverityOverride.objects.get()
    assert (severity(incident), row.state) == (level, becomes)
    assert (row.decided_by, row.note) == (officer.actor, "Seen.")


def test_who_asked_cannot_post_the_approval(incident: Incident, officer: Desk) -> None:
    change(officer, incident, "SEV3")
    answer = officer.act(INCIDENTS, incident.id, "approve_severity", note="")
    assert "no longer possible" in said(answer)[-1]
    assert state() == "requested"


def test_who_asked_takes_it_back(incident: Incident, responder: Desk) -> None:
    change(responder, incident, "SEV3")
    answer = responder.act(INCIDENTS, incident.id, "withdraw_severity", note="A mistake.")
    assert said(answer)[-1] == "Your request is withdrawn."
    assert state() == "withdrawn"


def test_the_form_says_what_is_decided_on(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    found = page(officer, incident)
    form = found[found.index('id="action-approve_severity"') :]
    form = form[: form.index("</form>")]
    assert "SEV3 instead of SEV2, asked for by responder at" in form
    assert "The board says so." in form


def test_what_approving_would_do_is_shown_beforehand(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    answer = officer.act(INCIDENTS, incident.id, "approve_severity", note="", foresee="yes")
    assert "What would happen" in text(answer)
    assert (severity(incident), state()) == ("SEV2", "requested")


def test_what_became_more_severe_meanwhile_is_refused_with_its_reason(
    incident: Incident, responder: Desk, officer: Desk, now: datetime
) -> None:
    change(responder, incident, "SEV3")
    factory.amend(incident, now, harms=["death"])
    answer = officer.act(INCIDENTS, incident.id, "approve_severity", note="")
    assert "SEV1 by now, not SEV2" in said(answer)[-1]


# --- the page of the incident --------------------------------------------------------------------


def test_nothing_is_said_where_nobody_changed_it(incident: Incident, officer: Desk) -> None:
    found = page(officer, incident)
    assert "of the policies:" not in found
    assert 'id="severity-history"' not in found


def test_the_head_says_who_set_it_instead_of_the_policies(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV1")
    found = head(officer, incident)
    assert "SEV1, set by responder at <time" in found
    assert "instead of SEV2 of the policies: The board says so." in found


def test_the_head_names_both_who_lowered_it(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    officer.act(INCIDENTS, incident.id, "approve_severity", note="")
    assert "SEV3, asked for by responder and approved by compliance-officer at" in head(
        officer, incident
    )


def test_a_word_that_changes_nothing_any_more_is_told_as_such(
    incident: Incident, responder: Desk, officer: Desk, now: datetime
) -> None:
    change(responder, incident, "SEV1")
    factory.amend(incident, now, harms=["death"])
    assert "changes nothing now: the policies themselves compute SEV1" in head(officer, incident)


def test_the_head_leads_to_the_decision(incident: Incident, responder: Desk, officer: Desk) -> None:
    change(responder, incident, "SEV3")
    assert 'href="#action-approve_severity"' in head(officer, incident)
    assert 'href="#action-withdraw_severity"' in head(responder, incident)


def test_who_may_do_nothing_is_told_that_it_waits(incident: Incident, responder: Desk) -> None:
    change(responder, incident, "SEV3")
    found = head(desk("auditor"), incident)
    assert "waits for another person" in found
    assert "#action-" not in found


def test_the_reasons_are_said_to_be_those_of_the_computed_one(
    incident: Incident, responder: Desk
) -> None:
    change(responder, incident, "SEV1")
    found = page(responder, incident)
    assert "These are the reasons for SEV2, which the policies compute." in found
    assert "SEV1 holds because people set it." in found
    assert ">Why SEV2</a>" in found


def test_the_history_has_who_decided_what_and_why(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    officer.act(INCIDENTS, incident.id, "refuse_severity", note="Too early.")
    change(responder, incident, "SEV1")
    found = page(officer, incident)
    found = found[found.index('id="severity-history"') :]
    found = found[: found.index("</details>")]
    assert "2 changes of the severity, made or asked for by people" in found
    assert found.index("In force") < found.index("Refused")
    assert "SEV3 instead of SEV2" in found
    assert "Too early." in found


def test_the_log_has_it_among_the_decisions(incident: Incident, responder: Desk) -> None:
    change(responder, incident, "SEV1")
    found = text(responder.client.get(f"/incidents/incident/{incident.id}/change/?log=decisions"))
    assert "severity_override.began" in found[found.index('id="timeline"') :]


def test_reason_and_note_are_withheld_from_who_may_not_read_personal_data(
    incident: Incident, responder: Desk, officer: Desk
) -> None:
    change(responder, incident, "SEV3")
    officer.act(INCIDENTS, incident.id, "refuse_severity", note="Too early.")
    change(responder, incident, "SEV3")
    found = page(desk("auditor"), incident)
    assert "asked for by responder" in found
    assert "[withheld: personal:read]" in found
    assert "The board says so." not in found
    assert "Too early." not in found


def test_the_queries_of_the_page_do_not_grow_with_the_history(
    incident: Incident, responder: Desk, officer: Desk, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        change(responder, incident, "SEV1")
        change(responder, incident, "SEV2")
    change(responder, incident, "SEV3")
    officer.page(INCIDENTS, incident.id)  # the first look of the hour is put on record
    with django_assert_max_num_queries(33):
        officer.page(INCIDENTS, incident.id)


# --- the first page and the list -----------------------------------------------------------------


def test_home_counts_what_the_viewer_may_approve(
    incident: Incident, responder: Desk, officer: Desk, now: datetime
) -> None:
    change(responder, incident, "SEV3")
    change(officer, factory.submit(factory.breach(now), at=now), "SEV3")
    assert cards(officer)["Severities to approve"] == 1
    assert "Severities to approve" not in cards(responder)


@pytest.mark.parametrize(("system", "count"), [("triage", 1), ("chat-bot", 0)])
def test_home_counts_those_of_the_systems_of_ones_team(
    incident: Incident, responder: Desk, now: datetime, system: str, count: int
) -> None:
    change(responder, incident, "SEV3")
    words = {"by": factory.PERSON, "at": now}
    team = teams.give(teams.make("Care", **words), [system], **words)
    member = desk()
    teams.appoint(team, member.user, ["legal-counsel"], **words)
    assert cards(member)["Severities to approve"] == count


def test_home_leads_to_the_only_one(incident: Incident, responder: Desk, officer: Desk) -> None:
    change(responder, incident, "SEV3")
    found = text(officer.client.get("/"))
    assert f'href="/incidents/incident/{incident.id}/change/"><strong>1</strong><span>Sev' in found


def test_home_leads_to_the_list_of_several(
    incident: Incident, responder: Desk, officer: Desk, now: datetime
) -> None:
    for each in (incident, factory.submit(factory.breach(now), at=now)):
        change(responder, each, "SEV3")
    assert "/incidents/incident/?severity_changed=mine" in text(officer.client.get("/"))


@pytest.mark.parametrize(
    ("value", "found"), [("mine", "ab"), ("requested", "abc"), ("in_force", "d"), ("", "abcde")]
)
def test_the_list_has_those_whose_severity_people_changed(
    responder: Desk, officer: Desk, now: datetime, value: str, found: str
) -> None:
    made = {name: factory.submit(factory.breach(now), at=now) for name in "abcde"}
    for name, who, level in (
        ("a", responder, "SEV3"),
        ("b", responder, "SEV3"),
        ("c", officer, "SEV3"),
        ("d", officer, "SEV1"),
    ):
        change(who, made[name], level)
    names = {each.id: name for name, each in made.items()}
    listed = rows(officer.list(INCIDENTS, severity_changed=value))
    assert "".join(sorted(names[each.id] for each in listed)) == found
