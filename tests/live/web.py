"""A real HTTP server on loopback that keeps what it is sent, and answers what it is told to."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """`headers` is looked up without regard to case."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass
class WebServer:
    """Set `status`, `headers` and `body` for the next answers. `hold` keeps the asker waiting for
    the answer; `drip` sends the body byte by byte, that many seconds apart. `respond` makes the
    body out of what is asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold: float = 0.0
    drip: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    secured: ssl.SSLContext | None = None
    respond: Callable[[Asked], bytes] | None = None

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if self.secured is not None:
            self._server.socket = self.secured.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def name(self) -> str:
        """As BYLAW_OUTBOUND_ALLOW takes it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.name}"


def _handler(web: WebServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            asked = Asked(self.command, self.path, self.headers, self.rfile.read(length))
            web.asked.append(asked)
            time.sleep(web.hold)
            body = web.body if web.respond is None else web.respond(asked)
            with suppress(ConnectionError, ssl.SSLError):  # the asker may have had enough
                self._send(web.status, web.headers, body)

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for part in _parts(body, web.drip):
                self.wfile.write(part)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError, ssl.SSLError):  # it went away, or did not trust us
                super().handle()

    return Handler


def _parts(body: bytes, drip: float) -> Iterator[bytes]:
    if not drip:
        yield body
        return
    for index in range(len(body)):
        time.sleep(drip)
        yield body[index : index + 1]
