"""The main job, told through the public interfaces against the real service: an incident comes in
over REST, is decided on, its deadline is enforced by mail, answered, and closed; all of it in the
audit trail."""

import hashlib
from datetime import UTC, datetime, timedelta

from tests.flows.tool import Tool, mails, outage, plain
from tests.live.stack import Stack, wait_for

SECONDS = timedelta(seconds=1)


def test_a_report_is_answered_with_severity_rules_and_due_times(tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=600 * SECONDS))

    assert incident["severity"]["level"] == "SEV3"
    assert incident["severity"]["rules"]
    assert incident["severity"]["because"]
    initial = tool.stage(incident, "initial")
    assert initial["standing"] == "at_risk"
    aware = datetime.fromisoformat(initial["started_at"])
    assert datetime.fromisoformat(initial["legal_due"]) == aware + timedelta(hours=1)
    assert tool.stage(incident, "final")["waits_for"] == ["submitted:initial"]


def test_the_lead_is_told_at_once_with_reason_deadline_and_link(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage(legal_end_in=600 * SECONDS))

    mail = mails(stack, "commander@example.org", incident["reference"])[0]

    text = plain(mail)
    assert f"{incident['reference']} Feature store returns stale values" in text
    assert "Why you get this:" in text
    due = datetime.fromisoformat(tool.stage(incident, "initial")["legal_due"])
    assert f"Legal end: {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in text
    assert f"{stack.url}/incidents/incident/{incident['id']}/change/" in text


def test_nobody_answers_and_the_next_ones_are_told_in_order(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage())

    counsel = mails(stack, "counsel@example.org", incident["reference"])[0]
    executive = mails(stack, "executive@example.org", incident["reference"])[0]

    assert "Nobody has acknowledged" in counsel["Subject"]
    assert "step 1 of 2" in plain(counsel)
    assert "step 2 of 2" in plain(executive)


def test_acknowledging_stops_the_escalation(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage())
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})

    last = tool.report(outage())  # its ladder runs through after the first one's would have
    mails(stack, "executive@example.org", last["reference"])

    told = [mail["Subject"] for mail in stack.mail.to("counsel@example.org")]
    assert not [subject for subject in told if incident["reference"] in subject]


def test_reminders_and_the_legal_end_reach_the_owner_by_mail(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage(legal_end_in=123 * SECONDS))  # reminded 4 min and 2 min before
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    late = tool.report(outage(legal_end_in=4 * SECONDS))
    tool.post(f"/incidents/{late['reference']}/acknowledgement", {})

    assert mails(stack, "counsel@example.org", f"{incident['reference']} Reminder: First message")
    overdue = mails(stack, "counsel@example.org", f"{late['reference']} OVERDUE: First message")
    watcher = mails(stack, "officer@example.org", f"{late['reference']} OVERDUE: First message")

    assert len(overdue) == len(watcher) == 1
    assert tool.stage(late, "initial")["standing"] == "overdue"
    assert tool.stage(incident, "initial")["standing"] == "at_risk"


def test_a_duty_is_fulfilled_with_a_receipt_and_only_then_the_incident_closes(tool: Tool) -> None:
    incident = tool.report(outage(legal_end_in=600 * SECONDS))
    path = f"/incidents/{incident['reference']}/state"
    closing = {"state": "closed", "reason": "Everything was sent."}
    refused = tool.post(path, closing, expect=409)

    for stage in ("initial", "final"):
        sent = {"submitted_at": datetime.now(UTC).isoformat(), "receipt_number": f"R-{stage}"}
        tool.post(f"/clocks/{tool.stage(incident, stage)['id']}/fulfilment", sent)
    closed = _answer_and_close(tool, incident["reference"], closing)

    assert refused["code"] == "duties-open"
    assert tool.stage(incident, "initial")["standing"] == "met"
    assert tool.stage(incident, "final")["receipt_number"] == "R-final"
    assert closed["state"] == "closed"


def test_a_rejected_report_is_kept_explained_and_corrected(tool: Tool) -> None:
    wrong = outage() | {"harms": ["finansial_loss"]}
    refused = tool.post("/incidents", wrong, expect=422)

    assert [error["nearest"] for error in refused["errors"]] == ["financial_loss"]
    kept = tool.get(f"/submissions/{refused['submission']}")
    assert kept["body"] == wrong
    corrected = tool.post(f"/submissions/{kept['id']}/correction", outage(), expect=201)

    again = tool.get(f"/submissions/{kept['id']}")
    assert (again["status"], again["incident"]) == ("corrected", corrected["reference"])


def test_a_retried_report_opens_one_incident(tool: Tool) -> None:
    body = outage()

    first, second = (tool.report(body, key="pipeline-17") for _ in range(2))

    assert first["reference"] == second["reference"]


def test_every_step_is_in_the_audit_trail(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage(legal_end_in=600 * SECONDS))
    tool.post(f"/incidents/{incident['reference']}/acknowledgement", {})
    mails(stack, "commander@example.org", incident["reference"])

    verbs = wait_for(lambda: tool.verbs(incident), until=lambda seen: "message.sent" in seen)

    assert verbs[:2] == ["incident.reported", "incident.classified"]
    assert {
        "moment.recorded",
        "duty.opened",
        "message.queued",
        "message.sent",
        "incident.acknowledged",
    } <= set(verbs)


def test_an_entry_of_the_trail_carries_the_digest_of_its_exact_text(tool: Tool) -> None:
    incident = tool.report(outage())

    for entry in tool.get("/ledger/entries", incident=incident["id"])["results"]:
        assert hashlib.sha256(entry["body"].encode()).hexdigest() == entry["digest"]


def _answer_and_close(tool: Tool, reference: str, closing: dict[str, str]) -> dict[str, str]:
    """Give the facts that settle the open questions of the shipped regimes, then close."""
    facts = {
        "personal_data": {"breach": False},
        "security": {"unauthorised_occurrence": False},
    }
    tool.post(f"/incidents/{reference}/amendments", {"facts": facts, "reason": "Investigated."})
    closed: dict[str, str] = tool.post(f"/incidents/{reference}/state", closing)
    return closed
