from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Path:
    """A directory of keys for each test, as if on a host of its own."""
    settings.LEDGER_KEYS = tmp_path / "keys"
    return tmp_path / "keys"
