"""The incident whose severity a person changes."""

import pytest

from incidents import flow
from incidents.models import Incident
from tests import factory
from tests.factory import AT, PERSON


@pytest.fixture
def incident() -> Incident:
    """A breach, which is SEV2, acknowledged."""
    factory.install()
    found = factory.submit(factory.breach())
    flow.acknowledge(found, by=PERSON, at=AT)
    return found
