"""EscalationMatrix: per severity, who leads, who is told, and who is next while nobody answers."""

from policies.documents.escalation_matrix.form import SPEC
from policies.documents.escalation_matrix.matrix import (
    EscalationMatrix,
    Feed,
    Hours,
    Override,
    Quiet,
    Repeat,
    Response,
    Role,
    Rota,
    Step,
    Watch,
    WorkingHours,
)
from policies.documents.escalation_matrix.parsing import KIND, parse

__all__ = [
    "KIND",
    "SPEC",
    "EscalationMatrix",
    "Feed",
    "Hours",
    "Override",
    "Quiet",
    "Repeat",
    "Response",
    "Role",
    "Rota",
    "Step",
    "Watch",
    "WorkingHours",
    "parse",
]
