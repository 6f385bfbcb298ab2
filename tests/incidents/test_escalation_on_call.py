"""Who is told when somebody of the role is on call, and when nobody can be found."""

from datetime import timedelta
from typing import Any

import pytest

from governance.accounts.models import User
from governance.outbox.models import Message
from policies.models import OnCallFeed
from tests import factory
from tests.factory import AT
from tests.incidents.escalating import death, house, person, told
from tests.policies.escalating import matrices
from tests.policies.escalating.matrices import BRUSSELS
from tests.policies.escalating.test_feeds import ANN, SHIFT, calendar

pytestmark = pytest.mark.django_db
URL = "https://example.org/on-call.ics"
ON_CALL = {"incident-commander": {"rota": "duty"}}


def rota(*members: str, **more: Any) -> None:
    given = {"id": "duty", "zone": BRUSSELS, "start": "2026-11-02T09:00", "turn": "P7D"}
    house(
        rotas=[{**given, "members": [*members], **more}],
        on_call=ON_CALL,
        levels={"SEV1": {"notify": []}},
    )


def feed(text: str | None, age: timedelta = timedelta()) -> None:
    house(
        feeds=[{"id": "duty", "zone": BRUSSELS, "url": URL}],
        on_call={"incident-commander": {"feed": "duty"}},
        levels={"SEV1": {"notify": []}},
    )
    if text is not None:
        OnCallFeed.objects.create(
            url=URL, name="duty", zone=BRUSSELS, text=text, fetched_at=AT - age,
            named_at=AT, next_fetch_at=AT,
        )  # fmt: skip


def as_what(name: str) -> str:
    """What the message to somebody says of the roles that it is for."""
    text = Message.objects.get(destination=f"{name}@example.org").text
    return next(line for line in text.splitlines() if line.startswith("Told as: "))


def test_of_a_role_only_who_is_on_call_is_told_besides_its_contacts() -> None:
    person("ann", "incident-commander")
    person("ben", "incident-commander")
    rota("ann", "ben")  # at 09:00 on 23 November the fourth turn begins
    death()
    assert told() == ["ben", "commander"]


def test_the_message_says_by_which_rota_and_until_when() -> None:
    person("ben", "incident-commander")
    rota("ann", "ben")
    death()
    assert as_what("ben") == (
        "Told as: Incident commander "
        "(on call by the rota duty until 2026-11-30 09:00 Europe/Brussels)"
    )


def test_a_member_may_be_an_address_without_an_account() -> None:
    rota("ann", "pager@example.org")
    death()
    assert told() == ["commander", "pager"]


@pytest.mark.parametrize("fault", [{"is_active": False}, {"email": ""}])
def test_a_member_who_cannot_be_told_means_all_who_hold_the_role(fault: dict[str, Any]) -> None:
    person("ann", "incident-commander")
    ben = person("ben", "responder")
    User.objects.filter(id=ben.id).update(**fault)
    rota("ann", "ben")
    death()
    assert "no open account with an address for ben" in as_what("ann")
    assert told() == ["ann", "commander"]


def test_before_a_rota_begins_all_who_hold_the_role_are_told() -> None:
    person("ann", "incident-commander")
    factory.install()
    given = {"id": "duty", "zone": BRUSSELS, "start": "2026-12-01T09:00", "turn": "P7D"}
    text = matrices.text(rotas=[{**given, "members": ["ben@example.org"]}], on_call=ON_CALL)
    factory.impose(AT, escalation=text)
    death()
    assert told() == ["ann", "commander", "legal"]


def test_a_feed_names_who_is_told() -> None:
    person("ben", "incident-commander")
    feed(calendar(f"{SHIFT}\n{ANN}"))
    death()
    assert told() == ["ann", "commander"]


def test_an_old_copy_still_counts_and_the_message_says_how_old_it_is() -> None:
    feed(calendar(f"{SHIFT}\n{ANN}"), timedelta(hours=49))
    death()
    assert "as it was 49 hours ago" in as_what("ann")


@pytest.mark.parametrize("text", [None, "<html>", calendar()])
def test_without_anybody_in_the_feed_all_who_hold_the_role_are_told(text: str | None) -> None:
    person("ben", "incident-commander")
    feed(text)
    death()
    assert "all who hold the role are told" in as_what("ben")


def test_a_contact_is_told_by_its_own_channel() -> None:
    roles = [
        {"id": "incident-commander", "title": "Commander", "contacts": [
            {"channel": "email", "to": "commander@example.org"},
            {"channel": "webhook", "to": "pager"},
        ]},
        *({"id": each, "title": each} for each in (
            "responder", "legal-counsel", "executive", "vacant", "compliance-officer")),
    ]  # fmt: skip
    house(roles=roles)
    death()
    found = Message.objects.values_list("channel", "destination")
    assert sorted(found) == [("email", "commander@example.org"), ("webhook", "pager")]


def test_a_level_may_keep_to_one_channel() -> None:
    roles = [
        {"id": "incident-commander", "title": "Commander", "contacts": [
            {"channel": "email", "to": "commander@example.org"},
            {"channel": "webhook", "to": "pager"},
        ]},
        *({"id": each, "title": each} for each in (
            "responder", "legal-counsel", "executive", "vacant", "compliance-officer")),
    ]  # fmt: skip
    house(roles=roles, levels={"SEV1": {"channel": "webhook"}})
    death()
    assert list(Message.objects.values_list("destination", flat=True)) == ["pager"]
