from datetime import timedelta

import pytest

from governance import clock
from governance.connectors.webhook import endpoints
from governance.ledger import sequencer, verifications
from incidents import correspondence
from incidents.stages.attaching import Upload
from policies import impacts
from policies.models import OnCallFeed
from tests import factory
from tests.flows.tool import Tool
from tests.flows.tool import tool as make_tool
from tests.incidents import noticing, reassessing
from tests.incidents.admin.desk import desk
from tests.live.stack import Stack
from tests.policies.officers import submitted


@pytest.fixture(scope="module")
def tool(stack: Stack) -> Tool:
    return make_tool(stack)


@pytest.fixture
def house(db: None) -> None:
    """At least one of everything that there is to see."""
    at = clock.now() - timedelta(hours=3)
    noticing.install()
    incident = factory.submit(factory.breach(at, harms=["privacy"]), at=at)
    factory.record(incident, "aware", at - timedelta(hours=1), at=at)
    stage = factory.deadline(incident, "notify", "initial")
    by = noticing.writer()
    notice = correspondence.draft(stage, by=by, at=at)
    upload = Upload("log.txt", "text/plain", b"a log")
    correspondence.attach(incident, upload, notice=notice, by=by, at=at)
    factory.ask(stage, "delay", at=at, until=at + timedelta(hours=24))
    endpoints.create(name="chat", url="https://chat.example.org/x", by=by, at=at)
    OnCallFeed.objects.create(
        url="https://feeds.example.org/a", name="a", zone="UTC", named_at=at, next_fetch_at=at
    )
    desk("administrator")
    reassessing.approve(reassessing.RAISED, at=at)
    reassessing.sweep_at(at)
    factory.key()
    version = submitted(reassessing.SHORTER, at=at)
    verifications.request(by=factory.person("inspector"), at=at)
    sequencer.seal(at=at)
    impacts.request([version], by=factory.person("author"), at=at)
