import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.embedded import addresses
from governance.embedded.addresses import PortError, Web, own_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_asked_port_is_used_when_it_is_free() -> None:
    port = str(own_port())
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


def test_a_port_of_our_own_is_lent_to_nobody_else() -> None:
    ports = [own_port() for _ in range(50)]
    assert len(set(ports)) == 50
    assert not set(ports) & set(addresses.lent())


def test_a_port_of_our_own_is_free(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    free = own_port()
    monkeypatch.setattr(addresses, "_own_ports", lambda: iter([taken, free]))
    assert own_port() == free


def test_no_port_of_our_own_is_an_error(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr(addresses, "_own_ports", lambda: iter([taken]))
    with pytest.raises(PortError, match="was free"):
        own_port()


def test_any_port_will_do_where_the_system_lends_all() -> None:
    assert addresses.not_lent(range(1_024, 65_536)) == list(range(10_000, 65_536))


def test_what_the_system_lends_is_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "ip_local_port_range"
    said.write_text("40000\t50000\n")
    monkeypatch.setattr(addresses, "_LENT_ON_LINUX", said)
    assert addresses.lent() == range(40_000, 50_001)
    said.unlink()
    assert addresses.lent() == range(49_152, 65_536)
