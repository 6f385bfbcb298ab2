"""The house's escalation matrix with other parts, and rotas made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from policies import documents
from policies.documents.escalation_matrix import EscalationMatrix, Override, Rota
from tests import factory

BRUSSELS = "Europe/Brussels"


def utc(text: str) -> datetime:
    """`2026-11-23T08:00` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def text(version: str = "1.1.0", **parts: Any) -> str:
    """The house's matrix with these parts of `spec` in place of its own; parts of `levels` are
    merged level by level."""
    data = yaml.safe_load(factory.text("escalation"))
    data["metadata"]["version"] = version
    for level, more in parts.pop("levels", {}).items():
        data["spec"]["levels"][level] = {**data["spec"]["levels"][level], **more}
    on_call = parts.pop("on_call", {})
    for role in data["spec"]["roles"]:
        if role["id"] in on_call:
            role["on_call"] = on_call[role["id"]]
    data["spec"] |= parts
    return yaml.safe_dump(data, sort_keys=False)


def matrix(**parts: Any) -> EscalationMatrix:
    reading = documents.read(text(**parts))
    assert reading.document is not None, reading.problems
    found: EscalationMatrix = reading.document.spec
    return found


def rota(start: str, **more: Any) -> Rota:
    given: dict[str, Any] = {"zone": BRUSSELS, "turn": timedelta(days=7), "members": ("ann", "ben")}
    return Rota(id="duty", start=datetime.fromisoformat(start), **{**given, **more})


def override(start: str, end: str, member: str) -> Override:
    return Override(datetime.fromisoformat(start), datetime.fromisoformat(end), member)
