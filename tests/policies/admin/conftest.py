"""The house's policies in force, an author and an approver, each at a desk."""

from datetime import datetime, timedelta

import pytest

from governance import clock
from tests import factory
from tests.incidents.admin.desk import Desk, desk


@pytest.fixture
def now(db: None) -> datetime:
    at = clock.now()
    factory.install(at - timedelta(days=60))
    return at


@pytest.fixture
def officer(now: datetime) -> Desk:
    """Who writes."""
    return desk("compliance-officer")


@pytest.fixture
def counsel(now: datetime) -> Desk:
    """Who approves."""
    return desk("legal-counsel")
