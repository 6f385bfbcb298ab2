"""The way out over HTTP: what it refuses, whom it really connects to, and when it gives up."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from governance import http
from tests.live.certificates import Authority
from tests.live.web import WebServer


@pytest.fixture
def web(settings: Settings) -> Iterator[WebServer]:
    """A server that the operator allows."""
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


@pytest.fixture
def secured(settings: Settings, tmp_path: Path) -> Iterator[WebServer]:
    """A server with a certificate of an authority that the operator trusts, for hooks.example."""
    authority = Authority(tmp_path)
    server = WebServer(secured=authority.server("hooks.example"))
    server.start()
    settings.OUTBOUND_CA = str(authority.file)
    settings.OUTBOUND_ALLOW = [f"{name}:{server.port}" for name in ("hooks.example", "other.org")]
    yield server
    server.stop()


def to(*addresses: str) -> http.Client:
    """A client whose resolver gives these addresses, whatever the name."""
    return http.Client(lambda host, port: addresses)


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104 - refused
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_leads_back_to_us_is_not_public(address: str) -> None:
    assert not http.public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert http.public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org:port/",
        "http://example.org/",
        "",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(url: str) -> None:
    with pytest.raises(http.Refused):
        http.get(url)


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(http.Refused) as refused:
        http.get("https://user:secret@example.org/")
    assert "secret" not in refused.value.message


# --- the guard -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001"])
def test_a_name_of_this_machine_is_refused_however_it_is_written(web: WebServer, host: str) -> None:
    with pytest.raises(http.Refused, match="not a public address"):
        http.get(f"https://{host}:{web.port + 1}/")
    assert web.asked == []


def test_a_port_that_was_not_allowed_is_refused(web: WebServer, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{web.port + 1}"]
    with pytest.raises(http.Refused):
        http.get(f"{web.url}/")


def test_a_host_may_be_allowed_with_all_its_ports(web: WebServer, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    assert http.get(f"{web.url}/").status == 200


def test_a_public_name_that_resolves_to_a_private_address_is_refused(secured: WebServer) -> None:
    with pytest.raises(http.Refused, match="not a public address"):
        to("127.0.0.1").get(f"https://evil.example:{secured.port}/")
    assert secured.asked == []


def test_a_resolver_that_changes_its_answer_changes_nothing(secured: WebServer) -> None:
    """It is asked once, and the connection goes to what it then said."""
    answers = iter([["127.0.0.1"], ["127.0.0.9"]])
    client = http.Client(lambda host, port: next(answers))
    assert client.get(f"https://hooks.example:{secured.port}/").status == 200
    assert next(answers) == ["127.0.0.9"]


def test_private_addresses_are_left_out_of_several() -> None:
    backend = http._Backend(lambda host, port: ["10.0.0.1", "93.184.215.14"], until=1e12)
    assert backend._addresses("mixed.example", 443) == ["93.184.215.14"]


def test_the_next_address_is_tried_when_one_does_not_answer(secured: WebServer) -> None:
    answer = to("127.0.0.2", "127.0.0.1").get(f"https://hooks.example:{secured.port}/")
    assert answer.status == 200


def test_the_certificate_has_to_be_that_of_the_name(secured: WebServer) -> None:
    with pytest.raises(http.Unreachable, match="Hostname mismatch"):
        to("127.0.0.1").get(f"https://other.org:{secured.port}/")


def test_an_unknown_authority_is_not_trusted(secured: WebServer, settings: Settings) -> None:
    settings.OUTBOUND_CA = ""
    with pytest.raises(http.Unreachable, match="certificate verify failed"):
        to("127.0.0.1").get(f"https://hooks.example:{secured.port}/")


def test_a_proxy_of_the_environment_is_not_used(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert http.get(f"{web.url}/").status == 200


def test_a_redirect_is_an_answer_and_not_followed(web: WebServer) -> None:
    web.status, web.headers = 302, {"Location": f"{web.url}/elsewhere"}
    answer = http.get(f"{web.url}/")
    assert (answer.status, answer.headers["location"], len(web.asked)) == (
        302,
        f"{web.url}/elsewhere",
        1,
    )


# --- the exchange --------------------------------------------------------------------------------


def test_a_document_comes_whole(web: WebServer) -> None:
    web.body, web.headers = b"BEGIN:VCALENDAR", {"ETag": '"7"'}
    answer = http.get(f"{web.url}/feed?a=1", headers={"If-None-Match": '"6"'})
    (asked,) = web.asked
    assert (answer.body, answer.headers["etag"]) == (b"BEGIN:VCALENDAR", '"7"')
    assert (asked.path, asked.headers["if-none-match"]) == ("/feed?a=1", '"6"')


@pytest.mark.parametrize(("send", "method"), [(http.post, "POST"), (http.put, "PUT")])
def test_a_body_arrives_as_it_was_given(
    web: WebServer, send: Callable[..., http.Answer], method: str
) -> None:
    send(f"{web.url}/hook", body=b'{"a":1}', headers={"Content-Type": "application/json"})
    (asked,) = web.asked
    assert (asked.method, asked.body, asked.headers["content-type"]) == (
        method,
        b'{"a":1}',
        "application/json",
    )


def test_a_document_beyond_the_limit_is_refused(web: WebServer) -> None:
    web.body = b"x" * 1001
    with pytest.raises(http.Refused, match=r"longer than 1,000 bytes"):
        http.get(f"{web.url}/", limit=1000)


def test_an_endless_answer_is_cut_where_only_the_status_counts(web: WebServer) -> None:
    web.body = b"x" * 5_000_000
    answer = http.post(f"{web.url}/", body=b"", limit=10, cut=True)
    assert (answer.status, answer.body) == (200, b"x" * 10)


def test_a_body_is_not_decompressed(web: WebServer) -> None:
    web.headers, web.body = {"Content-Encoding": "gzip"}, b"no gzip at all"
    assert http.get(f"{web.url}/").body == b"no gzip at all"
    assert web.asked[0].headers["accept-encoding"] == "identity"


def test_who_does_not_answer_in_time_is_unreachable(web: WebServer) -> None:
    web.hold = 2
    with pytest.raises(http.Unreachable, match="in time"):
        http.get(f"{web.url}/", timeout=0.3)


def test_a_dripping_body_does_not_outlast_the_time_for_all_of_it(web: WebServer) -> None:
    web.body, web.drip = b"x" * 100, 0.1
    started = time.monotonic()
    with pytest.raises(http.Unreachable, match="in time"):
        http.get(f"{web.url}/", timeout=0.5)
    assert time.monotonic() - started < 2


def test_a_dripping_answer_counts_by_its_status_where_that_is_what_counts(web: WebServer) -> None:
    web.body, web.drip = b"x" * 100, 0.1
    assert http.post(f"{web.url}/", body=b"", timeout=0.5, cut=True).status == 200


def test_a_resolver_that_hangs_is_unreachable() -> None:
    def hanging(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    with pytest.raises(http.Unreachable, match="name server"):
        http.Client(hanging).get("https://slow.example/", timeout=0.2)


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(http.Unreachable, match="cannot be resolved"):
        http.Client(unknown).get("https://nowhere.example/")


def test_a_closed_port_is_unreachable(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:9"]
    with pytest.raises(http.Unreachable):
        http.get("http://127.0.0.1:9/")


def test_a_header_that_is_none_is_refused(web: WebServer) -> None:
    with pytest.raises(http.Refused):
        http.get(f"{web.url}/", headers={"X-Split": "a\r\nb: c"})
    assert web.asked == []
