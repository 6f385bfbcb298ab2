"""From a request to a report as it was sent."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.exceptions import (
    ParseError,
    PermissionDenied,
    UnsupportedMediaType,
)
from rest_framework.request import Request

from governance import clock
from governance.accounts.roles import INCIDENTS_REPORT
from governance.api import authentication, repeats
from governance.api.parsing import TooLarge, loads
from governance.errors import BylawError
from incidents import flow
from incidents.stages.intake import Sent

MOST_REPORTS = 100
_ITEM = (
    f"An item has `idempotency_key`, a text of 1 to {repeats.LONGEST} characters, and `report`, "
    "and nothing besides."
)


class Unreadable(BylawError):
    """A body that is no JSON report at all, or one that the sender may not report. It is kept all
    the same."""

    def __init__(self, status: int, code: str, detail: str, submission: UUID) -> None:
        super().__init__(detail, extra={"submission": str(submission)})
        self.status = status
        self.code = code


def report(request: Request, *, corrects: UUID | None = None) -> flow.Reported:
    """Read the body, keep it, and set the flow in motion.

    Raises TooLarge (nothing can be kept of a body that is not read), Unreadable, and what
    `flow.report` raises.
    """
    sent = Sent(
        body=_body(request),
        content_type=request.content_type or "",
        actor=authentication.actor(request),
        idempotency_key=repeats.key_of(request),
        corrects=corrects,
    )
    parsed = _read(sent)
    _refuse_foreign(request, sent, parsed)
    return flow.report(sent, parsed, at=clock.now())


def batch(request: Request) -> list[Any]:
    """The items of a batch. Raises TooLarge, and Unreadable where they cannot be told apart; then
    the whole body is kept as one refused submission."""
    actor = authentication.actor(request)
    sent = Sent(_body(request), request.content_type or "", actor)
    parsed = _read(sent)
    items = parsed.get("reports") if isinstance(parsed, dict) else None
    if not isinstance(items, list) or parsed.keys() != {"reports"}:
        detail = 'A batch is {"reports": [{"idempotency_key": "…", "report": {…}}, …]}.'
    elif not 0 < len(items) <= MOST_REPORTS:
        detail = f"A batch has 1 to {MOST_REPORTS} reports; this one has {len(items)}."
    else:
        return items
    raise _refused(sent, 422, "invalid-batch", detail)


def item(request: Request, given: Any) -> flow.Reported:
    """Keep one report of a batch, and set the flow in motion. Raises Unreadable, and what
    `flow.report` raises."""
    by = authentication.actor(request)
    named = given if isinstance(given, dict) else {}
    key = named.get("idempotency_key")
    usable = isinstance(key, str) and 0 < len(key) <= repeats.LONGEST
    if not usable or named.keys() != {"idempotency_key", "report"}:
        sent = Sent(_written(given), "application/json", by)
        raise _refused(sent, 422, "invalid-item", _ITEM)
    sent = Sent(_written(named["report"]), "application/json", by, idempotency_key=key)
    _refuse_foreign(request, sent, named["report"])
    return flow.report(sent, named["report"], at=clock.now())


def keep(request: Request) -> None:
    """Read the body where both we and the framework's parser want it, as with an Idempotency-Key,
    which compares what is said. Raises TooLarge."""
    request._request._body = _body(request)


def unkept(request: Request) -> tuple[bytes, Any]:
    """The body and what it says, of a report that is only asked about. Raises TooLarge,
    UnsupportedMediaType, ParseError, PermissionDenied."""
    sent = Sent(_body(request), request.content_type or "", authentication.actor(request))
    parsed = _parsed(sent)
    if detail := _foreign(request, parsed):
        raise PermissionDenied(detail)
    return sent.body, parsed


def _read(sent: Sent) -> Any:
    """What the body says; where that cannot be read, it is kept. Raises Unreadable."""
    try:
        return _parsed(sent)
    except UnsupportedMediaType as error:
        detail = "Send the report as application/json."
        # The body may be right: sent again under its true name, it is no repetition of this.
        unkeyed = replace(sent, idempotency_key=None)
        raise _refused(unkeyed, error.status_code, "unsupported-media-type", detail) from error
    except ParseError as error:
        raise _refused(sent, error.status_code, "malformed-json", str(error.detail)) from error


def _written(value: Any) -> bytes:
    """An item as a body of its own: the same bytes for the same JSON, so that it can be retried."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse_foreign(request: Request, sent: Sent, parsed: Any) -> None:
    """A report of a system that the caller does not report for is kept, and opens nothing."""
    if detail := _foreign(request, parsed):
        raise _refused(sent, 403, "system-out-of-reach", detail)


def _foreign(request: Request, parsed: Any) -> str:
    """Why the caller may not report of this system; empty for one that it may."""
    within = authentication.rights(request.user).reach((INCIDENTS_REPORT,))
    system = parsed.get("system") if isinstance(parsed, dict) else None
    if within.everything or not isinstance(system, str) or within.has(system):
        return ""
    return (
        f"You report for the systems of your team, and {system[:80]!r} is none of them. Ask for "
        "the system to be given to the team, or use a key that is bound to no team."
    )


def _parsed(sent: Sent) -> Any:
    media_type = sent.content_type.partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType(media_type)
    return loads(sent.body)


def _refused(sent: Sent, status: int, code: str, detail: str) -> Unreadable:
    submission = flow.refuse(sent, code=code, detail=detail, at=clock.now())
    return Unreadable(
        status,
        code,
        f"{detail} What you sent is kept as submission {submission.id}.",
        submission.id,
    )


def _body(request: Request) -> bytes:
    kept = getattr(request._request, "_body", None)
    body: bytes = request._request.read(settings.REPORT_BODY_LIMIT + 1) if kept is None else kept
    if len(body) > settings.REPORT_BODY_LIMIT:
        raise TooLarge
    return body
