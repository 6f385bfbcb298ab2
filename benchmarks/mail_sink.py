"""A mail server that keeps nothing of a message but its id and when it came."""

import time
from contextlib import AbstractContextManager
from typing import Any, Final
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from governance.embedded.addresses import own_port

_QUIET: Final = 3.0


class MailSink(AbstractContextManager["MailSink"]):
    """`received` maps a message's key to the wall-clock second in which its first copy came."""

    def __init__(self) -> None:
        port = own_port()
        self.url = f"smtp://127.0.0.1:{port}"
        self.received: dict[str, float] = {}
        self._last = time.monotonic()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self) -> "MailSink":
        self._controller.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._controller.stop()

    def drain(self, within: float) -> None:
        """Wait until nothing has come for some seconds."""
        end = time.monotonic() + within
        self._last = time.monotonic()
        while time.monotonic() < min(end, self._last + _QUIET):
            time.sleep(0.1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        now, self._last = time.time(), time.monotonic()
        self.received.setdefault(_key(envelope.content), now)
        return "250 OK"


def _key(content: Any) -> str:
    """The row's id, which stands before the @ of the Message-ID."""
    raw = content if isinstance(content, bytes) else str(content).encode()
    _, _, rest = raw.lower().partition(b"\nmessage-id:")
    return str(UUID(rest.strip().split(b"@")[0].lstrip(b"<").decode()))
