"""A web server on the loopback that answers as a test tells it to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FeedServer:
    """`asked` holds the If-None-Match of each request, empty where there was none."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    etag: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[FeedServer]:
    told = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.headers.get("If-None-Match", "")
            told.asked.append(given)
            fresh = bool(told.etag) and given == told.etag and told.status == 200
            self.send_response(304 if fresh else told.status)
            for name, value in {"ETag": told.etag, **told.headers}.items():
                if value:
                    self.send_header(name, value)
            body = b"" if fresh else told.body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/on-call.ics"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
