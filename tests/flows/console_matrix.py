"""Who may do what at the console: each list, page, form and action by role and ownership, written
out and not derived from the code. Roles and ownerships are those of `matrix`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_READ: Final = "res com off cou exe aud adm"
_RESPOND: Final = "res com off cou"
_APPROVE: Final = "off cou"
_TRAIL: Final = "off cou aud adm"
_EVIDENCE: Final = "off cou aud"
#: A package has personal data.
_PERSONAL_EVIDENCE: Final = "off cou"
_REPORT: Final = "rep res com off cou adm"
_AUTHOR: Final = "off cou adm"
_KEYS: Final = "res com off cou adm"

#: Kind → what becomes of one who sees such objects, by where the role is held. Whoever may see the
#: object and not do it is refused, and who may see no such object at all is refused everywhere.
KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    # Of one system.
    "object": {"everywhere": "done", "own": "done", "other": "404", "none": "404"},
    # The same, and seen by who sent it, whatever becomes of its system.
    "sent": {
        "everywhere": "done",
        "own": "done",
        "other": "404",
        "none": "404",
        "own-report": "done",
    },
    # Of no system.
    "organisation": {"everywhere": "done", "own": "403", "other": "403", "none": "403"},
    # Of no system, and read by every team.
    "common": {"everywhere": "done", "own": "done", "other": "done", "none": "done"},
}


@dataclass(frozen=True)
class Page:
    """Of one model: its kind, who sees its list and its objects, who makes one at its form, and who
    takes which action on one and on several. `one`: an object has a page of its own."""

    kind: str
    sees: str
    actions: Mapping[str, str] = field(default_factory=dict)
    makes: str = ""
    several: Mapping[str, str] = field(default_factory=dict)
    one: bool = True


@dataclass(frozen=True)
class Other:
    """What it is about, and who opens it. What it is about shows itself to all who read."""

    kind: str
    opens: str
    sees: str = _READ


PAGES: Final[Mapping[str, Page]] = {
    "incidents.Incident": Page(
        "object",
        _READ,
        {
            "acknowledge": _RESPOND,
            "snooze": _RESPOND,
            "hand_over": _RESPOND,
            "severity": _RESPOND,
            "approve_severity": _APPROVE,
            "refuse_severity": _APPROVE,
            "withdraw_severity": _RESPOND,
            "answer": _RESPOND,
            "moment": _RESPOND,
            "amend": _RESPOND,
            "contain": _RESPOND,
            "resolve": _RESPOND,
            "reopen": _RESPOND,
            "close": _RESPOND,
            "write_note": _RESPOND,
            "correct_note": _RESPOND,
            "assign_role": _RESPOND,
            "end_role": _RESPOND,
            "link": _RESPOND,
            "unlink": _RESPOND,
            "split_signal": _RESPOND,
            "merge": _RESPOND,
            "void": _APPROVE,
            "reverse_void": _RESPOND,
            "reverse_merge": _RESPOND,
            "attach": _RESPOND,
            "package": _EVIDENCE,
            "shorten": _EVIDENCE,
        },
        several={"acknowledge": _RESPOND, "hand_over": _RESPOND},
    ),
    "incidents.Moment": Page("object", _READ, {"choose": _RESPOND, "withdraw": _RESPOND}),
    "incidents.Clock": Page(
        "object",
        _READ,
        {"draft_notice": _RESPOND, "fulfil": _RESPOND, "delay": _RESPOND, "pause": _RESPOND},
    ),
    "incidents.Duty": Page(
        "object", _READ, {"confirm": _APPROVE, "contest": _APPROVE, "waiver": _RESPOND}
    ),
    "incidents.Timer": Page("object", _READ),
    "incidents.Dispensation": Page(
        "object",
        _READ,
        {"approve": _APPROVE, "refuse": _APPROVE, "withdraw": _RESPOND, "end": _RESPOND},
    ),
    "incidents.Notice": Page(
        "object",
        _READ,
        {
            "edit": _RESPOND,
            "cover": _RESPOND,
            "refresh": _RESPOND,
            "submit": _RESPOND,
            "approve": _APPROVE,
            "return": _APPROVE,
            "withdraw": _RESPOND,
            "file": _RESPOND,
            "send": _RESPOND,
            "attach": _RESPOND,
            "fact": _RESPOND,
        },
    ),
    "incidents.Submission": Page("sent", f"rep {_READ}", {"correct": _REPORT}),
    "incidents.Erasure": Page(
        "object",
        _TRAIL,
        {"approve": _APPROVE, "refuse": _APPROVE, "withdraw": _APPROVE},
        makes=_APPROVE,
    ),
    "incidents.LegalHold": Page("object", _READ, {"release": _APPROVE}, makes=_APPROVE),
    "incidents.Export": Page(
        "object", _EVIDENCE, {"share": _EVIDENCE, "revoke": _EVIDENCE}, makes=_PERSONAL_EVIDENCE
    ),
    "incidents.Retained": Page("object", _READ, one=False),
    "incidents.ReassessmentRun": Page("organisation", _READ, {"retry": _RESPOND}),
    "incidents.Subscription": Page(
        "organisation",
        "adm",
        {"change": "adm", "pause": "adm", "resume": "adm", "replay": "adm"},
        makes="adm",
    ),
    "policies.PolicyVersion": Page(
        "common",
        _READ,
        {
            "submit": _AUTHOR,
            "withdraw": _AUTHOR,
            "comment": _AUTHOR,
            "discard": _AUTHOR,
            "ask": _AUTHOR,
            "cancel": _AUTHOR,
            "approve": _APPROVE,
            "reject": _APPROVE,
            "unschedule": _APPROVE,
            "agree": _APPROVE,
        },
        makes=_AUTHOR,
    ),
    "policies.OnCallFeed": Page("common", _READ, one=False),
    "ledger.Entry": Page("object", _TRAIL),
    "ledger.Verification": Page("organisation", _TRAIL, makes=_TRAIL),
    "ledger.Checkpoint": Page("organisation", _TRAIL),
    "ledger.SigningKey": Page("organisation", _TRAIL, one=False),
    "outbox.Message": Page(
        "object",
        _READ,
        {"replay": f"{_RESPOND} adm+"},
        several={"replay": f"{_RESPOND} adm+"},
    ),
    "webhook.WebhookEndpoint": Page(
        "organisation",
        "adm",
        {"test": "adm", "change": "adm", "rotate": "adm", "disable": "adm", "enable": "adm"},
        makes="adm",
    ),
    "accounts.Team": Page(
        "organisation",
        "adm",
        {"member": "adm", "give": "adm", "take": "adm", "rename": "adm", "close": "adm"},
        makes="adm",
    ),
    "accounts.User": Page(
        "organisation",
        "adm",
        {
            "access": "adm",
            "password": "adm",
            "sign-out": "adm",
            "second-factors": "adm",
            "close": "adm",
            "reopen": "adm",
        },
        makes="adm",
    ),
    "accounts.ApiKey": Page("organisation", _KEYS, {"rotate": _KEYS, "revoke": _KEYS}, makes=_KEYS),
}

#: The sample is somebody else's: who sees those, too.
OF_OTHERS: Final[Mapping[str, str]] = {"accounts.ApiKey": "adm"}
#: Method and address of a page besides list, object and form.
OTHERS: Final[Mapping[str, Other]] = {
    "GET incidents/incident/statistics/": Other("common", _READ),
    "POST incidents/incident/statistics/": Other("common", _READ),
    "GET incidents/incident/statistics/trend.svg": Other("common", _READ),
    "GET incidents/incident/statistics/acknowledged.svg": Other("common", _READ),
    "GET incidents/incident/statistics/decided.svg": Other("common", _READ),
    "GET incidents/incident/statistics/notified.svg": Other("common", _READ),
    "GET incidents/incident/statistics/resolved.svg": Other("common", _READ),
    "GET incidents/incident/statistics/in-time.svg": Other("common", _READ),
    "GET incidents/incident/statistics/board/": Other("common", _READ),
    "GET incidents/export/check/": Other("common", _EVIDENCE, sees=_EVIDENCE),
    "POST incidents/export/check/": Other("common", _EVIDENCE, sees=_EVIDENCE),
    "GET incidents/incident/systems/": Other("common", _READ),
    "GET incidents/incident/systems/<str:system>/": Other("object", _READ),
    "GET incidents/incident/dry-run/": Other("common", _REPORT, sees=_REPORT),
    "POST incidents/incident/dry-run/": Other("common", _REPORT, sees=_REPORT),
    "GET incidents/incident/<uuid:key>/reassess/": Other("object", _READ),
    "POST incidents/incident/<uuid:key>/reassess/": Other("object", _APPROVE),
    "GET incidents/notice/<uuid:key>/letter/": Other("object", _READ),
    "POST incidents/notice/<uuid:key>/check/": Other("object", _RESPOND),
    "GET incidents/notice/<uuid:key>/texts/": Other("object", _READ),
    "GET incidents/notice/<uuid:key>/texts/<int:number>/": Other("object", _READ),
    "GET policies/policyversion/calendar/": Other("common", _READ),
    "GET policies/policyversion/days/": Other("common", _READ),
    "GET policies/policyversion/duties/": Other("common", _READ),
    "GET policies/policyversion/escalation/": Other("common", _READ),
    "GET policies/policyversion/names/": Other("common", _READ),
    "POST policies/policyversion/check/": Other("common", _AUTHOR),
    "GET policies/policyversion/<uuid:key>/edit/": Other("common", _AUTHOR),
    "POST policies/policyversion/<uuid:key>/edit/": Other("common", _AUTHOR),
    "GET policies/policyversion/<uuid:key>/impact/": Other("common", _READ),
    "POST policies/policyversion/<uuid:key>/impact/": Other("common", _AUTHOR),
    "GET policies/policyversion/<uuid:key>/revision/<int:number>/": Other("common", _READ),
}
#: What is in no table: everybody's own, and what shows each what the tables let him see.
EVERYBODYS: Final = frozenset(
    {
        "",
        "search/",
        "password_change/",
        "password_change/done/",
        "jsi18n/",
        "manual/",
        "manual/<path:name>/",
    }
)
