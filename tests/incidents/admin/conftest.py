from datetime import datetime, timedelta

import pytest

from governance import clock
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, desk


@pytest.fixture
def now(db: None) -> datetime:
    """The present, with the policies of the house in force since long before."""
    at = clock.now()
    factory.install(at - timedelta(days=60))
    return at


@pytest.fixture
def incident(now: datetime) -> Incident:
    """A data breach of which somebody became aware an hour ago: due in seven. One stage runs, two
    wait; a duty of a coming law stands in shadow."""
    facts = factory.breach(now - factory.HOUR, harms=["privacy"])
    return factory.submit(facts, at=now - factory.MINUTE)


@pytest.fixture
def officer(db: None) -> Desk:
    return desk("compliance-officer")
