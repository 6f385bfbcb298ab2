from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from governance.embedded.valkey import Valkey


@pytest.fixture
def valkey(place: Path) -> Iterator[Valkey]:
    server = Valkey(place / "valkey", log=place / "valkey.log")
    server.start()
    yield server
    server.stop()


def test_it_answers_at_its_address(valkey: Valkey) -> None:
    with redis.Redis.from_url(valkey.url()) as client:
        assert client.ping()


def test_it_answers_nobody_without_its_password(valkey: Valkey) -> None:
    address = valkey.url().partition("@")[2]
    with (
        redis.Redis.from_url(f"redis://{address}") as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_it_listens_on_loopback_only(valkey: Valkey) -> None:
    listening = psutil.Process(valkey.pid).net_connections(kind="inet")
    assert {found.laddr.ip for found in listening if found.laddr} == {"127.0.0.1"}


def test_its_password_is_not_on_the_command_line(valkey: Valkey) -> None:
    password = valkey.url().split(":")[2].partition("@")[0]
    assert password not in " ".join(psutil.Process(valkey.pid).cmdline())


def test_it_comes_back_empty_at_the_same_address(valkey: Valkey) -> None:
    with redis.Redis.from_url(valkey.url()) as client:
        client.set("key", "value")
    valkey.kill()
    valkey.start()
    with redis.Redis.from_url(valkey.url()) as client:
        assert client.get("key") is None


def test_it_writes_nothing_but_its_pid(valkey: Valkey, place: Path) -> None:
    with redis.Redis.from_url(valkey.url()) as client:
        client.set("key", "value")
    valkey.stop()
    assert list((place / "valkey").iterdir()) == []


def test_two_servers_have_addresses_and_passwords_of_their_own(place: Path) -> None:
    first, second = (Valkey(place / name, log=place / "log") for name in ("a", "b"))
    assert first.url() != second.url()
