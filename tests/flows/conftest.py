from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance import clock
from governance.accounts import saved_views, teams
from governance.accounts.models import User
from governance.connectors.webhook import endpoints
from governance.ledger import sequencer, verifications
from incidents import annotations, correspondence, erasure, legal_holds, links, overrides, team
from incidents.evidence import exports, making, sharing
from incidents.following import subscriptions
from incidents.following.subscriptions import Choice
from incidents.models import Incident
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
def house(db: None, tmp_path: Path, settings: Any) -> None:
    """At least one of everything that there is to see."""
    furnish(tmp_path, settings)


def furnish(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS, settings.EXPORTS = tmp_path / "keys", tmp_path / "exports"
    fill()


def fill() -> None:
    """With the keys and the place for packages that are set."""
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
    overrides.choose(incident, "SEV3", reason="Nobody outside saw it.", by=by, at=at)
    chat, _ = endpoints.create(name="chat", url="https://chat.example.org/x", by=by, at=at)
    subscriptions.subscribe(chat, Choice(["incident.*"]), by=by, at=at)
    OnCallFeed.objects.create(
        url="https://feeds.example.org/a", name="a", zone="UTC", named_at=at, next_fetch_at=at
    )
    surroundings(incident, at)
    officer = factory.person("erasing-officer", "compliance-officer")
    words = {"reason": "Asked for.", "by": officer, "at": at}
    erasure.request(incident, ["notes"], ground="GDPR Art. 17(1)(a)", **words)
    legal_holds.place(incident=incident, **words)
    owner = User.objects.get(username="erasing-officer")
    saved_views.save(owner, "incidents.clock", name="Mine", query="q=a", by=officer, at=at)
    desk("administrator")
    reassessing.approve(reassessing.RAISED, at=at)
    reassessing.sweep_at(at)
    factory.key()
    team = teams.make("Night watch", by=officer, at=at)
    teams.give(team, ["chatbot"], by=officer, at=at)
    version = submitted(reassessing.SHORTER, at=at)
    verifications.request(by=factory.person("inspector"), at=at)
    package = exports.of_incident(incident, by=by, at=at)
    sequencer.seal(at=at)
    making.work()
    sharing.share(exports.one(package.id), "The authority", days=7, by=by, at=clock.now())
    impacts.request([version], by=factory.person("author"), at=at)


def surroundings(incident: Incident, at: datetime) -> None:
    """Another incident of a repeated signal, and what is said of the two."""
    facts = factory.report(signal={"fingerprint": "f"})
    other, _ = (factory.submit(facts, at=at) for _ in range(2))
    words = {"reason": "The same change.", "by": factory.PERSON, "at": at}
    links.add(incident, other, links.Kind.RELATED, **words)
    factory.person("scribe", "responder")
    team.assign(incident, "responder", "scribe", **words)
    annotations.write(incident, "Rolled back.", about=at, by=factory.PERSON, at=at)
