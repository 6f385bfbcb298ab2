import socket
from collections.abc import Iterator

import pytest

from governance.embedded import addresses
from governance.embedded.addresses import PortError, Web
from governance.embedded.valkey import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_asked_port_is_used_when_it_is_free() -> None:
    port = str(free_port())
    web, note = addresses.choose({"BYLAW_PORT": port})
    assert web == Web(f"127.0.0.1:{port}", f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    assert note == ""


def test_a_taken_port_is_named_and_another_one_used(taken: int) -> None:
    web, note = addresses.choose({"BYLAW_PORT": str(taken)})
    assert web.bind != f"127.0.0.1:{taken}"
    assert note.startswith(f"Port {taken} is taken, using ")


def test_a_public_address_is_kept_whatever_the_port() -> None:
    web, _ = addresses.choose({"BYLAW_PUBLIC_URL": "https://bylaw.example.org/"})
    assert web.public == "https://bylaw.example.org"


@pytest.mark.parametrize(
    ("bind", "local"),
    [
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("10.0.0.7:80", "http://10.0.0.7:80"),
        (":9000", "http://127.0.0.1:9000"),
    ],
)
def test_a_given_bind_address_is_taken_as_it_stands(bind: str, local: str) -> None:
    web, _ = addresses.choose({"BYLAW_WEB_BIND": bind})
    assert (web.bind, web.local) == (bind, local)


def test_no_free_port_is_an_error_that_names_the_setting(taken: int) -> None:
    with pytest.raises(PortError, match="BYLAW_PORT"):
        addresses.next_free(65_536)
