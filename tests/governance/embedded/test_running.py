import json
import stat
from pathlib import Path

import pytest

from governance.embedded import running
from governance.embedded.running import AlreadyRunningError


def test_a_checkout_is_held_by_one_process_only(tmp_path: Path) -> None:
    lock = tmp_path / "run" / "up.lock"
    with (
        running.locked(lock),
        pytest.raises(AlreadyRunningError, match="process"),
        running.locked(lock),
    ):
        pass


def test_a_checkout_is_free_again_afterwards(tmp_path: Path) -> None:
    lock = tmp_path / "up.lock"
    with running.locked(lock):
        pass
    with running.locked(lock):
        pass


def test_addresses_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    with running.published(file, {"REDIS_URL": "redis://:secret@127.0.0.1:1/0"}):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_addresses_are_found_while_the_servers_run(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    with running.published(file, {"REDIS_URL": "redis://x"}):
        assert json.loads(file.read_text()) == {"REDIS_URL": "redis://x"}


def test_addresses_are_gone_when_the_servers_are(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    with pytest.raises(KeyError), running.published(file, {}):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_addresses_of_a_killed_run_are_replaced(tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    file.write_text("{}")
    file.with_suffix(".new").write_text("{")
    with running.published(file, {"REDIS_URL": "redis://x"}):
        assert json.loads(file.read_text()) == {"REDIS_URL": "redis://x"}
