"""A real SMTP server on loopback that keeps what it is given, or answers what it is told to, or
misbehaves as mail servers do: waits at a step, drips, hangs up."""

import asyncio
import email
import email.policy
import ssl
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from governance.embedded.addresses import own_port

#: Before its greeting; before its answer to a recipient; and when it has taken a message, before it
#: says so.
Step = Literal["connected", "recipient", "accepted"]


@dataclass(frozen=True)
class Arrival:
    """`at` is when the message was taken, before that was answered."""

    message: EmailMessage
    recipients: tuple[str, ...]
    at: datetime


class MailServer:
    """`messages` are the accepted ones, oldest first. Set `answer` to refuse the next ones, `hold`
    to keep their sender waiting.

    `refused` answers single recipients. `drip` is the pause between the bytes of each answer, to
    everybody or only once one of `dripped` is named. The next `deaths` messages are taken, and the
    line is cut instead of saying so. With `starttls` it takes nothing before the connection is
    secured.
    """

    def __init__(self, *, starttls: ssl.SSLContext | None = None) -> None:
        self.port = own_port()
        self._starttls = starttls
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.arrivals: list[Arrival] = []
        self.answer = "250 kept"
        self.hold = 0.0  # seconds before it answers the next messages
        self.refused: dict[str, str] = {}
        self.drip = 0.0
        self.dripped: set[str] = set()
        self.deaths = 0
        self._paused_at: Step | None = None
        self._reached = threading.Event()
        self._controller: Controller | None = None
        self.lines: set[asyncio.BaseTransport] = set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Also after `stop`, on the same port."""
        self._controller = _Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
        )
        self._controller.start()

    def stop(self) -> None:
        self.go_on()
        if self._controller is not None:
            self._controller.loop.call_soon_threadsafe(self._hang_up)
            until = time.monotonic() + 5
            while self.lines and time.monotonic() < until:
                time.sleep(0.01)
            self._controller.stop()
            self._controller = None

    def _hang_up(self) -> None:
        for line in self.lines:
            line.close()

    def to(self, address: str) -> list[EmailMessage]:
        # The server's thread adds the recipients of a message just before the message itself.
        found = zip(self.messages, self.recipients, strict=False)
        return [message for message, recipients in found if address in recipients]

    def wait_for(self, count: int, *, within: float = 30) -> list[EmailMessage]:
        """Return once `count` messages have arrived; what there is by then if they have not."""
        until = time.monotonic() + within
        while len(self.messages) < count and time.monotonic() < until:
            time.sleep(0.05)
        return list(self.messages)

    # --- steps ---------------------------------------------------------------------------------

    def pause_at(self, step: Step) -> None:
        """From now on every conversation stops at this step, until `go_on`."""
        self._reached.clear()
        self._paused_at = step

    def wait_until_paused(self, *, within: float = 60) -> bool:
        """Return once somebody waits there; whether somebody does."""
        return self._reached.wait(within)

    def go_on(self) -> None:
        self._paused_at = None

    async def pause(self, step: Step) -> None:
        while self._paused_at == step:
            self._reached.set()
            await asyncio.sleep(0.01)

    # --- what the library calls ----------------------------------------------------------------

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.pause("recipient")
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.hold)
        if self.answer.startswith("2"):
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            self._keep(raw, list(envelope.rcpt_tos))
        await self.pause("accepted")
        if self.deaths > 0:
            self.deaths -= 1
            server.transport.abort()
        return self.answer

    def _keep(self, raw: bytes, recipients: list[str]) -> None:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        self.arrivals.append(Arrival(message, tuple(recipients), datetime.now(UTC)))
        self.recipients.append(recipients)
        self.messages.append(message)


class _Conversation(SMTP):  # type: ignore[misc]  # the library has no types
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.lines.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.lines.discard(self.transport)
        super().connection_lost(error)

    async def push(self, status: str | bytes) -> None:
        mail: MailServer = self.event_handler
        if self.session is not None and not self.session.host_name:
            await mail.pause("connected")
        if not mail.drip or (mail.dripped and not mail.dripped & set(self._recipients())):
            await super().push(status)
            return
        words = status if isinstance(status, bytes) else status.encode()
        for byte in words + b"\r\n":
            self._writer.write(bytes([byte]))
            await self._writer.drain()
            await asyncio.sleep(mail.drip)

    def _recipients(self) -> list[str]:
        return list(self.envelope.rcpt_tos) if self.envelope is not None else []


class _Controller(Controller):  # type: ignore[misc]  # the library has no types
    def factory(self) -> SMTP:
        return _Conversation(self.handler, **self.SMTP_kwargs)
