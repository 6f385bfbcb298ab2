"""From a request to a report as it was sent."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.exceptions import (
    APIException,
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


class Unreadable(BylawError):
    """A body that is no JSON report at all, or one that the sender may not report. It is kept all
    the same."""

    def __init__(self, error: APIException, code: str, detail: str, submission: UUID) -> None:
        super().__init__(detail, extra={"submission": str(submission)})
        self.status = error.status_code
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
    try:
        parsed = _parsed(sent)
    except UnsupportedMediaType as error:
        detail = "Send the report as application/json."
        # The body may be right: sent again under its true name, it is no repetition of this.
        unkeyed = replace(sent, idempotency_key=None)
        raise _refused(unkeyed, error, "unsupported-media-type", detail) from error
    except ParseError as error:
        raise _refused(sent, error, "malformed-json", str(error.detail)) from error
    _refuse_foreign(request, sent, parsed)
    return flow.report(sent, parsed, at=clock.now())


def _refuse_foreign(request: Request, sent: Sent, parsed: Any) -> None:
    """A report of a system that the caller does not report for is kept, and opens nothing."""
    within = authentication.rights(request.user).reach((INCIDENTS_REPORT,))
    system = parsed.get("system") if isinstance(parsed, dict) else None
    if within.everything or not isinstance(system, str) or within.has(system):
        return
    detail = (
        f"You report for the systems of your team, and {system[:80]!r} is none of them. Ask for "
        "the system to be given to the team, or use a key that is bound to no team."
    )
    raise _refused(sent, PermissionDenied(), "system-out-of-reach", detail)


def _parsed(sent: Sent) -> Any:
    media_type = sent.content_type.partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType(media_type)
    return loads(sent.body)


def _refused(sent: Sent, error: APIException, code: str, detail: str) -> Unreadable:
    submission = flow.refuse(sent, code=code, detail=detail, at=clock.now())
    return Unreadable(
        error, code, f"{detail} What you sent is kept as submission {submission.id}.", submission.id
    )


def _body(request: Request) -> bytes:
    body: bytes = request._request.read(settings.REPORT_BODY_LIMIT + 1)
    if len(body) > settings.REPORT_BODY_LIMIT:
        raise TooLarge
    return body
