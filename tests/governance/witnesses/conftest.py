from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from governance.ledger.models import Checkpoint
from governance.witnesses import registry
from tests.governance.witnesses import sealed
from tests.governance.witnesses.sealed import Scripted
from tests.live.time_stamps import TimeStampAuthority
from tests.live.web import WebServer


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def checkpoint(db: None) -> Checkpoint:
    return sealed.seal()


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The only one, in the place of the file: given something once a minute."""
    made = Scripted()
    monkeypatch.setattr(registry, "KINDS", sealed.kinds(file=made))
    return made


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    settings.OUTBOUND_ALLOW = [server.name]
    yield server
    server.stop()


@pytest.fixture
def tsa(tmp_path: Path, settings: Any) -> Iterator[TimeStampAuthority]:
    made = TimeStampAuthority(tmp_path / "tsa")
    made.web.start()
    settings.OUTBOUND_ALLOW = [made.web.name]
    settings.WITNESS_TSA_URL = made.url
    settings.WITNESS_TSA_ROOT = str(made.root)
    yield made
    made.web.stop()
