"""The operations on incidents and what belongs to them, for the description of the API."""

from typing import Any, Final

from governance.api.operations import File, Operation, Operations
from incidents.api import (
    attachments,
    clocks,
    dispensations,
    duties,
    erasures,
    export_inputs,
    exports,
    incidents,
    inputs,
    legal_holds,
    moments,
    notice_inputs,
    notices,
    outcome,
    overrides,
    reassessments,
    response,
    schedule,
    shares,
    statistics,
    submissions,
    wholes,
)
from incidents.api.notice_response import AttachmentOut

#: A report is what the taxonomy in force says it is.
_FACTS: Final[Any] = {
    "type": "object",
    "required": ["incident", "system"],
    "properties": {
        "incident": {
            "type": "object",
            "required": ["title", "narrative"],
            "properties": {
                "title": {"type": "string", "minLength": 1},
                "narrative": {"type": "string", "minLength": 1},
            },
        },
        "system": {"type": "string", "description": "As the system register names it."},
        "moments": {
            "type": "object",
            "description": "Moment to instant with offset.",
            "additionalProperties": {"type": ["string", "null"]},
        },
    },
    "description": "The facts as far as they are known. Fields and terms beside these are those of "
    "the taxonomy in force (`GET /policies?kind=Taxonomy`).",
}
REPORT: Final = {"application/json": _FACTS}
EXAMPLE: Final[Any] = {
    "incident": {"title": "Assistant shows foreign orders", "narrative": "40 customers saw them."},
    "system": "support-assistant",
    "moments": {"aware": "2026-11-22T07:30:00Z"},
}
_WHY: Final = {"because": "The log shows it."}
_REASON: Final = {"reason": "It was found out."}
_ZIP: Final = File("application/zip")
_DISPENSED: Final = dispensations.DispensationOut
_OVERRIDE: Final = response.SeverityOverrideOut
_INCIDENT: Final = wholes.WholeIncidentOut

OPERATIONS: Final[Operations] = {
    incidents.Incidents: {
        "GET": Operation("List incidents"),
        "POST": Operation(
            "Report an incident",
            takes=REPORT,
            gives=wholes.ReportedIncidentOut,
            status=201,
            also={200: wholes.CORRELATED},
            example=EXAMPLE,
        ),
    },
    incidents.IncidentDetail: {
        "GET": Operation("Read an incident", gives=wholes.AdvisedIncidentOut)
    },
    incidents._Change: {"POST": Operation(gives=_INCIDENT)},
    incidents.Amendments: {
        "POST": Operation(
            "Add or correct facts",
            example={"facts": {"harms": ["privacy"]}, "reason": "We know more."},
        )
    },
    incidents.Moments: {
        "GET": Operation("List every record of every moment", gives=wholes.CandidatesOut),
        "POST": Operation(
            "Record when something happened",
            example={"moment": "aware", "at": "2026-11-22T07:30:00Z", "basis": "The log."},
        ),
    },
    incidents.Acknowledgement: {"POST": Operation("Acknowledge an incident", example={})},
    incidents.Snooze: {"POST": Operation("Put off the next step of the escalation")},
    incidents.Handover: {
        "POST": Operation("Hand an incident over", example={"role": "legal-counsel", **_REASON})
    },
    incidents.State: {
        "POST": Operation("Change the state", example={"state": "contained", **_REASON})
    },
    reassessments.Preview: {
        "GET": Operation("See what deciding anew would change", gives=wholes.IncidentEffectOut)
    },
    reassessments.Reassessments: {"GET": Operation("List reassessments")},
    reassessments.OfIncident: {
        "GET": Operation("List the reassessments of an incident"),
        "POST": Operation(
            "Decide an incident anew",
            takes=inputs.ReassessmentIn,
            gives=reassessments.ReassessmentOut,
            status=201,
        ),
    },
    moments._Change: {"POST": Operation(takes=inputs.BecauseIn, gives=_INCIDENT, example=_WHY)},
    moments.Choices: {"POST": Operation("Let a record of a moment count")},
    moments.Withdrawals: {"POST": Operation("Withdraw a record of a moment")},
    moments.Preview: {
        "GET": Operation("See what letting it count would change", gives=wholes.EffectOut)
    },
    clocks.Duties: {"GET": Operation("List duties")},
    duties.DutyDetail: {"GET": Operation("Read a duty", gives=duties.WholeDutyOut)},
    duties._Judgement: {
        "POST": Operation(takes=dispensations.NoteIn, gives=duties.WholeDutyOut, example={})
    },
    duties.Confirmation: {"POST": Operation("Confirm a decision not to notify")},
    duties.Contest: {"POST": Operation("Contest a decision not to notify")},
    clocks.Clocks: {"GET": Operation("List deadlines")},
    clocks.ClockDetail: {"GET": Operation("Read a deadline", gives=response.BoardClockOut)},
    clocks.History: {"GET": Operation("List every change of a deadline", gives=wholes.HistoryOut)},
    clocks.Fulfilments: {
        "POST": Operation(
            takes=inputs.FulfilmentIn,
            gives=response.BoardClockOut,
            example={"submitted_at": "2026-11-22T12:00:00Z", "receipt_number": "R-1"},
        )
    },
    schedule.Timers: {"GET": Operation("List what time sets in motion")},
    schedule.TimerDetail: {
        "GET": Operation("Read a timer and why it spoke", gives=wholes.ExplainedTimerOut)
    },
    overrides.SeverityOverrides: {"GET": Operation("List what persons say of severities")},
    overrides.SeverityOverrideDetail: {
        "GET": Operation("Read what a person says of a severity", gives=_OVERRIDE)
    },
    overrides.OfIncident: {
        "POST": Operation(
            "Choose the severity",
            takes=overrides.SeverityIn,
            gives=_OVERRIDE,
            status=201,
            example={"level": "SEV1", "reason": "Patients were given the answer."},
        )
    },
    overrides._Change: {"POST": Operation(takes=dispensations.NoteIn, gives=_OVERRIDE)},
    overrides.Approval: {"POST": Operation("Approve a less severe level")},
    overrides.Refusal: {"POST": Operation("Refuse a less severe level")},
    overrides.Withdrawal: {"POST": Operation("Withdraw what one asked for")},
    dispensations.Dispensations: {"GET": Operation("List delays, pauses and waivers")},
    dispensations.DispensationDetail: {
        "GET": Operation("Read a delay, pause or waiver", gives=_DISPENSED)
    },
    dispensations.OfClock: {
        "POST": Operation(takes=dispensations.RequestIn, gives=_DISPENSED, status=201)
    },
    dispensations.OfDuty: {
        "POST": Operation(
            takes=dispensations.WaiverIn,
            gives=_DISPENSED,
            status=201,
            example={"ground": "Art. 34(3)", "reason": "The data were encrypted."},
        )
    },
    dispensations._Change: {"POST": Operation(gives=_DISPENSED)},
    dispensations.Approval: {"POST": Operation("Approve a delay, pause or waiver")},
    dispensations.Refusal: {"POST": Operation("Refuse a delay, pause or waiver")},
    dispensations.Withdrawal: {"POST": Operation("Withdraw a request")},
    dispensations.End: {"POST": Operation("End a delay, pause or waiver")},
    notices.Notices: {
        "GET": Operation("List notices"),
    },
    notices.NoticeDetail: {"GET": Operation("Read a notice", gives=wholes.WholeNoticeOut)},
    notices.Begin: {
        "POST": Operation(
            takes=notice_inputs.NothingIn, gives=wholes.WholeNoticeOut, status=201, example={}
        )
    },
    notices._Change: {"POST": Operation(gives=wholes.WholeNoticeOut)},
    notices.Text: {"PUT": Operation("Save the text of a notice", gives=wholes.WholeNoticeOut)},
    notices.Refresh: {"POST": Operation("Fill the template anew")},
    notices.Coverage: {"POST": Operation("Tick required items")},
    notices.Review: {"POST": Operation("Submit a notice for approval", example={})},
    notices.Approval: {"POST": Operation("Approve a notice")},
    notices.Return: {"POST": Operation("Give a notice back")},
    notices.Withdrawal: {"POST": Operation("Withdraw a notice")},
    notices.Filings: {"POST": Operation("Record that a notice was filed")},
    notices.Sending: {"POST": Operation("Send a notice by mail")},
    attachments.Attachments: {
        "GET": Operation("List the files of an incident", gives=AttachmentOut(many=True)),
        "POST": Operation(
            takes={
                "application/json": notice_inputs.EncodedIn,
                "multipart/form-data": notice_inputs.FormIn,
            },
            gives=AttachmentOut,
            status=201,
            also={200: AttachmentOut},
        ),
    },
    attachments.AttachmentDetail: {"GET": Operation("Get a file", gives=File("*/*"))},
    erasures.Erasures: {"GET": Operation("List erasures")},
    erasures.ErasureDetail: {"GET": Operation("Read an erasure", gives=erasures.ErasureOut)},
    erasures.OfIncident: {
        "GET": Operation("Count what could be erased", gives=wholes.PartsOut),
        "POST": Operation(
            "Ask that parts of an incident be erased",
            takes=erasures.IncidentIn,
            gives=erasures.ErasureOut,
            status=201,
        ),
    },
    erasures.OfPerson: {
        "POST": Operation(takes=erasures.PersonIn, gives=erasures.ErasureOut, status=201)
    },
    erasures._Change: {"POST": Operation(takes=dispensations.NoteIn, gives=erasures.ErasureOut)},
    erasures.Approval: {"POST": Operation("Approve an erasure")},
    erasures.Refusal: {"POST": Operation("Refuse an erasure")},
    erasures.Withdrawal: {"POST": Operation("Withdraw the request of an erasure")},
    erasures.Retention: {"GET": Operation(gives=wholes.RetentionOut)},
    legal_holds.LegalHolds: {
        "GET": Operation("List legal holds"),
        "POST": Operation(
            "Place a legal hold",
            takes=legal_holds.HoldIn,
            gives=legal_holds.LegalHoldOut,
            status=201,
            example={"system": "support-assistant", "reason": "A lawsuit."},
        ),
    },
    legal_holds.LegalHoldDetail: {
        "GET": Operation("Read a legal hold", gives=legal_holds.LegalHoldOut)
    },
    legal_holds.Release: {
        "POST": Operation(
            "Release a legal hold", takes=legal_holds.ReleaseIn, gives=legal_holds.LegalHoldOut
        )
    },
    exports.Exports: {
        "GET": Operation("List evidence packages"),
        "POST": Operation(
            "Ask for an evidence package",
            takes=export_inputs.ExportIn,
            gives=exports.ExportOut,
            status=202,
            example={"kind": "log"},
        ),
    },
    exports.ExportDetail: {"GET": Operation("Follow an evidence package", gives=exports.ExportOut)},
    exports.Package: {"GET": Operation("Get an evidence package", gives=_ZIP)},
    shares.Shares: {
        "GET": Operation("List the links to a package", gives=shares.ShareOut(many=True)),
        "POST": Operation(
            "Make a link to a package",
            takes=shares.ShareIn,
            gives=shares.ShareOut,
            status=201,
            example={"recipient": "The authority", "days": 7},
        ),
    },
    shares.Revocation: {"POST": Operation("Revoke a link", gives=shares.ShareOut)},
    shares.SharedPackage: {"GET": Operation("Follow a link to a package", gives=_ZIP)},
    statistics.Statistics: {
        "GET": Operation("Count reports and incidents", gives=wholes.CountsOut)
    },
    submissions.Submissions: {"GET": Operation("List submissions")},
    submissions.SubmissionDetail: {
        "GET": Operation("Read a submission", gives=outcome.FollowedSubmissionOut)
    },
    submissions.Correction: {
        "POST": Operation(
            "Correct a rejected report",
            takes=REPORT,
            gives=wholes.ReportedIncidentOut,
            status=201,
            also={200: wholes.CORRELATED},
            example=EXAMPLE,
        )
    },
}
