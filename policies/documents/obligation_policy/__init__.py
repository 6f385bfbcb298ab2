"""ObligationPolicy: the duties of one regime, when they apply and how long each stage has."""

from policies.counting import UNITS
from policies.documents.obligation_policy.duties import (
    Anchor,
    ApplicationDate,
    Duty,
    Every,
    Limit,
    ObligationPolicy,
    Recipient,
    Reminder,
    Stage,
    moments,
)
from policies.documents.obligation_policy.form import (
    ANCHOR,
    DUTY,
    EVERY,
    LIMIT,
    MOMENT,
    RECIPIENT,
    RELATED,
    REMIND,
    SPEC,
    STAGE,
    STAGE_ID,
    STATUS,
    VERIFICATION,
)
from policies.documents.obligation_policy.parsing import KIND, parse
from policies.documents.obligation_policy.stages import reminder

__all__ = [
    "ANCHOR",
    "DUTY",
    "EVERY",
    "KIND",
    "LIMIT",
    "MOMENT",
    "RECIPIENT",
    "RELATED",
    "REMIND",
    "SPEC",
    "STAGE",
    "STAGE_ID",
    "STATUS",
    "UNITS",
    "VERIFICATION",
    "Anchor",
    "ApplicationDate",
    "Duty",
    "Every",
    "Limit",
    "ObligationPolicy",
    "Recipient",
    "Reminder",
    "Stage",
    "moments",
    "parse",
    "reminder",
]
