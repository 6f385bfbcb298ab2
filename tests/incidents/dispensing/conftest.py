"""The incident whose duties are delayed, paused and waived."""

import pytest

from incidents import flow
from incidents.models import Clock, Incident
from tests import factory
from tests.factory import AT, PERSON, deadline


@pytest.fixture
def incident() -> Incident:
    """A breach known at AT: due by the law after eight hours."""
    factory.install()
    found = factory.submit(factory.breach(system="chat-bot"))
    flow.acknowledge(found, by=PERSON, at=AT)
    return found


@pytest.fixture
def clock(incident: Incident) -> Clock:
    return deadline(incident, "notify", "initial")
