"""The errors of this ground floor. The packages above derive theirs from `BylawError`."""

from collections.abc import Mapping


class BylawError(Exception):
    """Something a caller did or met that Bylaw can name.

    `code` is stable and fit for programs; `status` is the HTTP status that fits it; the message
    says what is wrong and what to do; `extra` joins them in the problem details (RFC 9457).
    """

    code = "error"
    status = 400

    def __init__(self, message: str, *, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra = dict(extra or {})


class NotFound(BylawError):
    code = "not-found"
    status = 404


class NotAllowed(BylawError):
    """Who acts may not do this, whatever the door: another person must."""

    code = "another-person-needed"
    status = 403


class Conflict(BylawError):
    """The object's present state forbids the change."""

    code = "conflict"
    status = 409


class Invalid(BylawError):
    """What was given cannot be used as it stands."""

    code = "invalid"
    status = 422
