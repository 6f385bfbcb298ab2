import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from governance import env
from governance.embedded import probe
from governance.embedded.addresses import own_port

READY = (200, b'{"status": "ready", "checks": {"database": "ok"}}')
WAITING = (503, json.dumps({"checks": {"database": "ok", "jobs": "no tick yet"}}).encode())

Serve = Callable[[tuple[int, bytes]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ThreadingHTTPServer] = []

    def start(answer: tuple[int, bytes]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.headers["Host"] == "bylaw.example.org"
                status, body = (200, b"") if self.path == "/healthz" else answer
                self.send_response(status if known else 400)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_nothing_is_missing_when_the_service_is_ready(serve: Serve) -> None:
    assert probe.missing(serve(READY), host="bylaw.example.org") == {}


def test_what_is_awaited_is_named(serve: Serve) -> None:
    found = probe.missing(serve(WAITING), host="bylaw.example.org")
    assert found == {"jobs": "no tick yet"}


def test_an_answer_that_is_no_health_report_still_counts_as_not_ready(serve: Serve) -> None:
    found = probe.missing(serve((502, b"<html>")), host="bylaw.example.org")
    assert found == {"web": "answered with status 502"}


def test_no_answer_counts_as_not_ready() -> None:
    assert "web" in probe.missing(f"http://127.0.0.1:{own_port()}", host="localhost")


@pytest.mark.parametrize(("answer", "status"), [(READY, 0), (WAITING, 1)])
def test_a_container_reads_the_exit_status(
    serve: Serve, answer: tuple[int, bytes], status: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "governance.embedded.probe", serve(answer)],
        cwd=env.CHECKOUT,
        env={"BYLAW_PUBLIC_URL": "https://bylaw.example.org"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == status


def test_a_path_is_asked_for_instead(serve: Serve) -> None:
    address = serve(WAITING)
    assert probe.missing(f"{address}/healthz", host="bylaw.example.org") == {}
    assert "jobs" in probe.missing(address, host="bylaw.example.org")
