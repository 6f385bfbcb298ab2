"""Requests that a proxy and we could understand differently, against the real web server: each is
refused, or is the one request that it is."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.live.stack import Stack

Say = Callable[[str], str]
HOST: Final = "Host: {host}\r\n"
#: What follows where the first request was cut short would be a second one, of somebody else.
SECOND: Final = "GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def say(stack: Stack) -> Say:
    """Sends bytes as they are; gives all that comes back until the other side ends it."""
    parts = urlsplit(stack.url)

    def send(raw: str) -> str:
        whole = raw.replace("{host}", parts.netloc).encode("latin-1")
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
            found = b""
            with suppress(OSError):  # the other side may end it before it has all
                line.sendall(whole)
                line.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while part := line.recv(65536):
                    found += part
        return found.decode("latin-1")

    return send


def statuses(answer: str) -> list[int]:
    return [int(part[:3]) for part in answer.split("HTTP/1.1 ")[1:]]


def post(*headers: str, body: str = "") -> str:
    listed = "".join(f"{each}\r\n" for each in headers)
    return f"POST /api/v1/incidents HTTP/1.1\r\n{HOST}{listed}\r\n{body}"


CHUNKED: Final = f"0\r\n\r\n{SECOND}"
BOTH: Final = {
    "both": post("Content-Length: 5", "Transfer-Encoding: chunked", body=CHUNKED),
    "both the other way": post("Transfer-Encoding: chunked", "Content-Length: 5", body=CHUNKED),
    "two lengths": post("Content-Length: 0", "Content-Length: 60", body=SECOND),
    "a list of lengths": post("Content-Length: 0, 60", body=SECOND),
    "a signed length": post("Content-Length: +0", body=SECOND),
    "a negative length": post("Content-Length: -1", body=SECOND),
    "a length in hex": post("Content-Length: 0x10", body=SECOND),
    "another coding": post("Transfer-Encoding: xchunked", body=CHUNKED),
    "two codings": post("Transfer-Encoding: chunked, identity", body=CHUNKED),
    "a coding twice": post(*["Transfer-Encoding: chunked"] * 2, body=CHUNKED),
    "a space before a colon": post("Transfer-Encoding : chunked", "Content-Length: 5"),
    "a folded header": post("X: a\r\n Transfer-Encoding: chunked", body=SECOND),
    "an underscore": post("Content_Length: 60", "Content-Length: 0", body=SECOND),
    "a chunk of no number": post("Transfer-Encoding: chunked", body="zz\r\n\r\n" + SECOND),
    "a chunk beyond counting": post("Transfer-Encoding: chunked", body=f"{'f' * 40}\r\n" + SECOND),
    "another version": f"GET /healthz HTTP/9.9\r\n{HOST}\r\n{SECOND}",
    "a return in a header": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\rY: b\r\n\r\n",
    "U+0000 in a header": f"GET /healthz HTTP/1.1\r\n{HOST}X: a\0b\r\n\r\n",
    "no host": "GET /api/v1/me HTTP/1.1\r\n\r\n",
    "two hosts": f"GET /api/v1/me HTTP/1.1\r\n{HOST}Host: evil.example\r\n\r\n",
    "another host": "GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a host with a port": "GET /login/ HTTP/1.1\r\nHost: evil.example:80\r\n\r\n",
    "a long line": f"GET /{'x' * 100_000} HTTP/1.1\r\n{HOST}\r\n",
    "a long header": f"GET /healthz HTTP/1.1\r\n{HOST}X: {'x' * 100_000}\r\n\r\n",
    "many headers": f"GET /healthz HTTP/1.1\r\n{HOST}"
    + "".join(f"X-{each}: 1\r\n" for each in range(1000))
    + "\r\n",
}


@pytest.mark.parametrize("name", sorted(BOTH))
def test_what_could_be_read_in_two_ways_is_refused_whole(say: Say, name: str) -> None:
    answer = say(BOTH[name])
    assert "smuggled" not in answer
    assert statuses(answer) in (
        [],
        *([status] for status in (400, 401, 404, 413, 414, 431, 501, 505)),
    )


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "X-Host: evil.example"],
)
def test_no_header_of_a_proxy_changes_who_we_are(say: Say, header: str) -> None:
    answer = say(f"GET / HTTP/1.1\r\n{HOST}{header}\r\n\r\n")
    assert statuses(answer) == [302]
    assert "evil.example" not in answer


def test_what_comes_over_plain_http_is_not_taken_for_https(say: Say) -> None:
    """Where the service has no https address, nobody in front of it can say otherwise."""
    raw = f"GET / HTTP/1.1\r\n{HOST}X-Forwarded-Proto: https\r\n\r\n"
    answer = say(raw)
    assert "Strict-Transport-Security" not in answer


def test_measures_are_not_given_to_whom_a_proxy_brought(say: Say) -> None:
    raw = f"GET /metrics HTTP/1.1\r\n{HOST}X-Forwarded-For: 203.0.113.9\r\n\r\n"
    answer = say(raw)
    assert statuses(answer) == [403]


def test_nobody_is_told_which_version_of_what_answers(say: Say) -> None:
    answer = say(f"GET /healthz HTTP/1.1\r\n{HOST}\r\n")
    servers = [line for line in answer.split("\r\n") if line.lower().startswith("server:")]
    assert servers in ([], ["Server: gunicorn"])


def test_one_key_in_two_headers_is_none(say: Say) -> None:
    raw = (
        f"GET /api/v1/me HTTP/1.1\r\n{HOST}Authorization: Bearer a\r\n"
        "Authorization: Bearer b\r\n\r\n"
    )
    assert statuses(say(raw)) == [401]
