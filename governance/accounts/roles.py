"""Roles of people, scopes of keys, and what each role may do. The one place that says so.

Roles carry the ids that policies use (escalation matrices name them), so that assigning a person a
role both lets the person act and puts the person on the notify list.
"""

from collections.abc import Iterable
from typing import Final

from governance.marking import gettext_noop

INCIDENTS_REPORT: Final = "incidents:report"
INCIDENTS_READ: Final = "incidents:read"
INCIDENTS_RESPOND: Final = "incidents:respond"
INCIDENTS_APPROVE: Final = "incidents:approve"
POLICIES_READ: Final = "policies:read"
POLICIES_WRITE: Final = "policies:write"
POLICIES_APPROVE: Final = "policies:approve"
LEDGER_READ: Final = "ledger:read"
EVIDENCE_EXPORT: Final = "evidence:export"
WEBHOOKS_MANAGE: Final = "webhooks:manage"
DATA_ERASE: Final = "data:erase"
HOLDS_MANAGE: Final = "holds:manage"
PERSONAL_READ: Final = "personal:read"
TEAMS_MANAGE: Final = "teams:manage"
KEYS_MANAGE: Final = "keys:manage"
ACCESS_MANAGE: Final = "access:manage"

SCOPES: Final[dict[str, str]] = {
    INCIDENTS_REPORT: gettext_noop("Report incidents; read and correct own submissions"),
    INCIDENTS_READ: gettext_noop("Read incidents, duties and deadlines"),
    INCIDENTS_RESPOND: gettext_noop("Acknowledge, amend, record moments, fulfil duties, close"),
    INCIDENTS_APPROVE: gettext_noop(
        "Approve delays, waivers, lower severities and notices of others; confirm duties"
    ),
    POLICIES_READ: gettext_noop("Read policies and releases"),
    POLICIES_WRITE: gettext_noop(
        "Draft, edit, submit and withdraw policies; comment; ask for a retirement"
    ),
    POLICIES_APPROVE: gettext_noop(
        "Approve, reject, schedule and retire policies that others wrote"
    ),
    LEDGER_READ: gettext_noop("Read the audit trail"),
    EVIDENCE_EXPORT: gettext_noop("Make and download evidence packages"),
    WEBHOOKS_MANAGE: gettext_noop(
        "Make, rotate, test and disable webhook endpoints; send messages again"
    ),
    DATA_ERASE: gettext_noop(
        "Ask for the erasure of personal data, and approve what others asked for"
    ),
    HOLDS_MANAGE: gettext_noop("Place and release legal holds"),
    PERSONAL_READ: gettext_noop(
        "Read personal data: narratives, raw reports, files, texts of notices, reasons"
    ),
    TEAMS_MANAGE: gettext_noop("Make teams, give them systems and members, close them"),
    KEYS_MANAGE: gettext_noop(
        "Make, rotate and revoke own API keys, with no more scopes than one has"
    ),
    ACCESS_MANAGE: gettext_noop(
        "Make accounts, change what people may do; see and revoke everybody's keys"
    ),
}

#: What is done to something of a system, so that a role within a team allows it with the team's
#: systems.
OF_SYSTEMS: Final = frozenset(
    {
        INCIDENTS_REPORT,
        INCIDENTS_READ,
        INCIDENTS_RESPOND,
        INCIDENTS_APPROVE,
        LEDGER_READ,
        EVIDENCE_EXPORT,
        DATA_ERASE,
        HOLDS_MANAGE,
        PERSONAL_READ,
    }
)
#: What is about no system, and is open to whoever holds it in any team.
COMMON: Final = frozenset({POLICIES_READ})

_READ = frozenset({INCIDENTS_READ, POLICIES_READ})
_RESPOND = _READ | {INCIDENTS_REPORT, INCIDENTS_RESPOND, PERSONAL_READ, KEYS_MANAGE}
_OFFICER = _RESPOND | {
    INCIDENTS_APPROVE,
    LEDGER_READ,
    EVIDENCE_EXPORT,
    POLICIES_WRITE,
    POLICIES_APPROVE,
}

ROLES: Final[dict[str, str]] = {
    "reporter": gettext_noop("Reporter"),
    "responder": gettext_noop("Responder"),
    "incident-commander": gettext_noop("Incident commander"),
    "compliance-officer": gettext_noop("Compliance officer"),
    "legal-counsel": gettext_noop("Legal counsel"),
    "executive": gettext_noop("Executive"),
    "auditor": gettext_noop("Auditor"),
    "administrator": gettext_noop("Administrator"),
    "personal-data-reader": gettext_noop("Reader of personal data"),
}

_SCOPES_OF: Final[dict[str, frozenset[str]]] = {
    "reporter": frozenset({INCIDENTS_REPORT}),
    "responder": _RESPOND,
    "incident-commander": _RESPOND,
    "compliance-officer": _OFFICER | {DATA_ERASE, HOLDS_MANAGE},
    "legal-counsel": _OFFICER | {DATA_ERASE, HOLDS_MANAGE},
    "executive": _READ,
    "auditor": _READ | {LEDGER_READ, EVIDENCE_EXPORT},
    # Who runs the service does not decide its law, work on its incidents, read what it knows of
    # persons, or say which evidence goes and who is given it: that takes one of the other roles.
    # Drafting policies and reporting are for the keys of repositories and monitors.
    "administrator": _READ
    | {
        INCIDENTS_REPORT,
        POLICIES_WRITE,
        LEDGER_READ,
        WEBHOOKS_MANAGE,
        TEAMS_MANAGE,
        KEYS_MANAGE,
        ACCESS_MANAGE,
    },
    # Given besides another role, to an auditor or an executive whose task needs it.
    "personal-data-reader": frozenset({PERSONAL_READ}),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that a person holding `roles` may do; an unknown role allows nothing."""
    return frozenset().union(*(_SCOPES_OF.get(role, frozenset()) for role in roles))
