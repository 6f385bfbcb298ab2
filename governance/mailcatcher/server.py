"""The SMTP side: takes every message a local client hands in, and stores it."""

import asyncio
import signal
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from governance.mailcatcher import store

_HOST: Final = "127.0.0.1"
_LARGEST_BYTES: Final = 25 * 1024 * 1024


class Keeper:
    """aiosmtpd's handler: a message counts as accepted when its file is complete."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        name = store.keep(
            self._directory, content if isinstance(content, bytes) else content.encode()
        )
        return f"250 kept as {name}"


async def serve(directory: Path, *, port: int) -> None:
    """Listen on loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def session() -> SMTP:
        return SMTP(
            Keeper(directory), data_size_limit=_LARGEST_BYTES, enable_SMTPUTF8=True, loop=loop
        )

    server = await loop.create_server(session, _HOST, port)
    async with server:
        await stop.wait()
