"""A real SMTP server on loopback that keeps what it is given, or answers what it is told to."""

import asyncio
import email
import email.policy
import ssl
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from governance.embedded.valkey import free_port


class MailServer:
    """With `starttls` it takes nothing before the connection is secured.

    `messages` are the accepted ones, oldest first. Set `answer` to refuse the next ones, `hold`
    to keep their sender waiting."""

    def __init__(self, *, starttls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self._starttls = starttls
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer = "250 kept"
        self.hold = 0.0  # seconds before it answers the next messages
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Also after `stop`, on the same port."""
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

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

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.hold)
        if self.answer.startswith("2"):
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            self.recipients.append(list(envelope.rcpt_tos))
            self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
        return self.answer
