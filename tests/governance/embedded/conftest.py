import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory of its own: PostgreSQL's account passes here, and sockets' paths fit."""
    with tempfile.TemporaryDirectory(prefix="bylaw-test-") as made:
        yield Path(made)
