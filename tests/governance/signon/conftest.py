from collections.abc import Iterator

import pytest

from tests.governance.signon.people import QUICK


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    with QUICK:
        yield
