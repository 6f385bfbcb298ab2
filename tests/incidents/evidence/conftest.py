from pathlib import Path
from typing import Any

import pytest

from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Unpacked


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"
    settings.EXPORTS = tmp_path / "exports"


@pytest.fixture
def package(tmp_path: Path, db: None) -> Unpacked:
    """Of an incident with everything, unpacked."""
    path = packing.pack(packing.full_incident(), tmp_path)
    return packing.unpack(path, tmp_path / "unpacked")
