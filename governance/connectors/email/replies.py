"""What a mail server's refusal means for us (pure): RFC 5321, 4.2 for its code and RFC 3463 for the
status that may follow it."""

import re
from typing import Final, Literal

from governance.connectors.contract import DeliveryError, Reach

#: What was answered: the connection itself, the login, MAIL FROM, RCPT TO, or the mail.
Asked = Literal["greeting", "login", "sender", "recipient", "content"]

_STATUS: Final = re.compile(r"(?<![\d.])[245]\.(\d{1,3}\.\d{1,3})(?![\d.])")
_CLOSING: Final = 421

#: RFC 4954, 6 and RFC 3207: who we are or how we connect is wrong, not where the mail goes.
_OUR_CODES: Final = frozenset({530, 534, 535, 538})
_OUR_STATUSES: Final = frozenset({"1.7", "1.8", "7.8", "7.9", "7.10", "7.11", "7.12", "7.13"})

#: Refused for good by their code, and yet gone tomorrow: a full mailbox, a full or busy system,
#: a host that cannot be reached from there.
_PASSING: Final = frozenset({"2.2", "3.1", "3.2", "4.1", "4.2", "4.3", "4.4", "4.5", "4.7"})

#: Of a sender's refusals those that are about the mail: it is too large.
_TOO_LARGE: Final = frozenset({"2.3", "3.4"})


def judge(code: int, answer: bytes | str, *, to: Asked) -> DeliveryError:
    """A 4xx passes, a 5xx does not, but for what is our own fault (a login, a certificate, a sender
    that may not send): that passes too once somebody has mended it, and no address is to blame."""
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said, status = f"SMTP {code}: {words}", _status(words)
    if not 500 <= code < 600:
        return DeliveryError(said, permanent=False, reach=_reach(code, to))
    if _ours(code, status, to):
        return DeliveryError(said, permanent=False, ours=True, reach="channel")
    if status in _PASSING:
        return DeliveryError(said, permanent=False, reach="destination")
    return DeliveryError(said, permanent=True)


def _status(words: str) -> str:
    """Subject and detail of an enhanced status code, as in `1.1` of `5.1.1`; empty without one."""
    found = _STATUS.search(words)
    return found[1] if found else ""


def _ours(code: int, status: str, to: Asked) -> bool:
    if to in {"greeting", "login"} or code in _OUR_CODES or status in _OUR_STATUSES:
        return True
    return to == "sender" and code != 552 and status not in _TOO_LARGE


def _reach(code: int, to: Asked) -> Reach:
    if code == _CLOSING or to in {"greeting", "login", "sender"}:
        return "channel"
    return "destination" if to == "recipient" else "message"
