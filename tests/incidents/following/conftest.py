from pathlib import Path
from typing import Any

import pytest

from tests import factory


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    """Checkpoints are signed with keys of each test's own."""
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def house(db: None) -> None:
    factory.install()
