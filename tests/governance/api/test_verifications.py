"""A verification of the whole log, asked for over REST and done in the background."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.ledger import keys, tiles, verifications
from governance.ledger.models import Entry, Verification
from governance.ledger.verification import course, walk
from tests import factory
from tests.factory import AT
from tests.governance.ledger import logs
from tests.governance.ledger.conftest import own_keys

pytestmark = pytest.mark.django_db
__all__ = ["own_keys"]
MINUTE = timedelta(minutes=1)


def ask(**given: Any) -> Any:
    return factory.post(factory.client("ledger:read"), "ledger/verifications", given)


def work(*, at: datetime = AT) -> bool:
    return verifications.work(now=lambda: at)


def only() -> Verification:
    return Verification.objects.get()


def followed(location: str) -> Any:
    caller: APIClient = factory.client("ledger:read")
    return caller.get(location).json()


def test_it_is_asked_for_and_followed_to_its_end() -> None:
    logs.grown(5)
    answer = ask()
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert work()
    told = followed(answer["Location"])
    assert (told["state"], told["sound"], told["wrong"], told["size"]) == ("finished", True, 0, 6)


def test_what_is_wrong_is_in_the_answer() -> None:
    logs.grown(5)
    logs.forge(3)
    ask()
    work()
    assert (only().sound, only().wrong) == (False, 1)
    assert [each["code"] for each in only().findings] == ["entry-changed"]


def test_it_verifies_against_checkpoints_and_keys_from_outside() -> None:
    old, lost = logs.grown(2, 3)
    (key,) = keys.public()
    logs.roll_back_to(old.size)
    ask(checkpoints=[lost.text], keys=[key.text])
    work()
    assert [each["code"] for each in only().findings] == ["log-truncated"]


@pytest.mark.parametrize(
    "given", [{"checkpoints": ["nonsense"]}, {"keys": ["nonsense"]}, {"other": 1}]
)
def test_what_is_neither_is_refused(given: dict[str, Any]) -> None:
    assert ask(**given).status_code == 422
    assert not Verification.objects.exists()


def test_who_asked_and_what_came_of_it_are_entries() -> None:
    logs.grown(5)
    logs.forge(3)
    ask()
    work()
    asked = Entry.objects.get(verb="verification.requested")
    ended = Entry.objects.get(verb="verification.finished")
    assert asked.actor.startswith("api_key:")
    assert '"codes":["entry-changed"]' in ended.body


def test_a_slice_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "STEP", tiles.WIDTH)
    logs.grown(600)
    ask()
    slices = 0
    while Verification.objects.filter(finished_at=None).exists():
        assert verifications.work(now=lambda: AT, budget=timedelta())
        slices += 1
    assert slices > 3
    assert only().sound


def test_it_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "STEP", tiles.WIDTH)
    logs.grown(600)
    ask()
    verifications.work(now=lambda: AT, budget=timedelta())
    assert (only().state, only().done, only().working_on) == ("running", 256, "entries of the log")
    assert only().total >= 601


def test_one_whose_worker_died_is_taken_up_by_another() -> None:
    logs.grown(5)
    ask()
    Verification.objects.update(state="running", lease_until=AT + MINUTE, attempts=1)
    assert not work()
    assert work(at=AT + MINUTE)
    assert only().sound


def test_one_that_always_fails_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(course, "step", broken)
    logs.grown(5)
    ask()
    for minutes in range(0, 30, 3):
        work(at=AT + minutes * MINUTE)
    assert (only().state, only().error) == ("failed", "RuntimeError: disk")
    assert not work(at=AT + 60 * MINUTE)


def test_the_newest_come_first() -> None:
    ask()
    ask()
    caller = factory.client("ledger:read")
    told = factory.get(caller, "ledger/verifications").json()["results"]
    assert [each["id"] for each in told] == [
        str(each) for each in Verification.objects.order_by("-id").values_list("id", flat=True)
    ]
