"""The errors of the incident stages."""

from governance.errors import BylawError, Conflict, Invalid


class WrongState(Conflict):
    """The incident, duty or clock is not in a state from which this change can start."""

    code = "wrong-state"


class DutiesOpen(Conflict):
    """An incident cannot close while duties or questions are open."""

    code = "duties-open"


class Rejected(Invalid):
    """A report that does not fit the policies in force. It is kept and can be corrected."""

    code = "invalid-report"


class KeyReused(Invalid):
    """An Idempotency-Key came back with another body."""

    code = "idempotency-key-reused"


class InProgress(Conflict):
    """The same report is being judged at this moment, or waits to be."""

    code = "in-progress"


class Overtaken(Conflict):
    """Somebody else saved another text since the one that this change was made on."""

    code = "overtaken"


class Incomplete(Conflict):
    """A notice lacks required content, and nobody has confirmed that it leaves all the same."""

    code = "notice-incomplete"


class TooLarge(Invalid):
    """A file beyond the limit."""

    code = "file-too-large"
    status = 413


class Erased(BylawError):
    """It was there, and was erased on record."""

    code = "erased"
    status = 410


class OnHold(Conflict):
    """A legal hold forbids to erase it."""

    code = "on-legal-hold"


class CursorLost(BylawError):
    """The log does not hold what a follower has read last."""

    code = "cursor-lost"
    status = 410
