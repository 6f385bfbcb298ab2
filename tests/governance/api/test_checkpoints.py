"""Checkpoints over REST: the note, who witnessed it, and the time-stamp to take along."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.ledger import keys, notes
from governance.ledger.models import Checkpoint, SigningKey, Witnessed
from tests import factory
from tests.factory import AT
from tests.governance.witnesses.sealed import SECOND, seal

pytestmark = pytest.mark.django_db
TOKEN = b"\x30\x03\x02\x01\x00"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


def witnessed(checkpoint: Checkpoint, name: str = "file", **given: Any) -> Witnessed:
    return Witnessed.objects.create(
        witness=name, checkpoint=checkpoint, state="done", due_at=AT, at=AT, said="Taken", **given
    )


def stamped(checkpoint: Checkpoint) -> Witnessed:
    return witnessed(
        checkpoint,
        "tsa",
        receipt=TOKEN,
        certificates="-----BEGIN CERTIFICATE-----\n",
        gen_time=AT + SECOND,
        accuracy=timedelta(seconds=1.5),
    )


def get(path: str, *scopes: str, **query: str) -> Any:
    return factory.get(factory.client(*(scopes or ("ledger:read",))), path, **query)


def listed(**query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get("ledger/checkpoints", **query).json()["results"]
    return found


def test_they_are_listed_the_largest_first() -> None:
    sizes = [seal(AT + each * SECOND).size for each in range(3)]
    assert [each["size"] for each in listed()] == sizes[::-1]


def test_pages_follow_each_other() -> None:
    sizes = [seal(AT + each * SECOND).size for each in range(5)]
    caller = factory.client("ledger:read")
    first = factory.get(caller, "ledger/checkpoints", page_size="3").json()
    second = caller.get(first["next"]).json()
    assert [each["size"] for page in (first, second) for each in page["results"]] == sizes[::-1]


def test_one_has_the_note_and_the_keys_that_signed_it() -> None:
    found = seal()
    given = get(f"ledger/checkpoints/{found.size}").json()
    assert notes.trusted(given["note"], keys.public()).root.hex() == given["root"]
    assert [each["key"] for each in given["signatures"]] == [SigningKey.objects.get().id]


def test_it_says_who_has_it_since_when_and_how_exact_its_time_is() -> None:
    found = seal()
    stamped(found)
    (row,) = get(f"ledger/checkpoints/{found.size}").json()["witnessed"]
    assert row.pop("said") == "Taken"
    assert datetime.fromisoformat(row.pop("gen_time")) == AT + SECOND
    assert datetime.fromisoformat(row.pop("at")) == AT
    assert row == {"witness": "tsa", "accuracy_seconds": 1.5}


def test_what_a_witness_is_only_owed_it_has_not_got() -> None:
    found = seal()
    Witnessed.objects.create(witness="file", checkpoint=found, due_at=AT)
    assert listed()[0]["witnessed"] == []
    assert listed(witness="file") == []


def test_those_that_a_witness_has_are_found() -> None:
    one, _, three = (seal(AT + each * SECOND) for each in range(3))
    witnessed(one)
    stamped(three)
    assert [each["size"] for each in listed(witness="file")] == [one.size]
    assert [each["size"] for each in listed(witness="tsa")] == [three.size]


def test_they_are_found_by_time() -> None:
    one, two = seal(AT), seal(AT + SECOND)
    assert [each["size"] for each in listed(until=factory.iso(AT + SECOND))] == [one.size]
    assert [each["size"] for each in listed(since=factory.iso(AT + SECOND))] == [two.size]


def test_the_note_comes_byte_for_byte() -> None:
    found = seal()
    answer = get(f"ledger/checkpoints/{found.size}/note")
    assert answer.content == found.text.encode()
    assert answer["Content-Disposition"] == f'attachment; filename="checkpoint-{found.size}.txt"'


def test_the_token_comes_byte_for_byte() -> None:
    found = seal()
    stamped(found)
    answer = get(f"ledger/checkpoints/{found.size}/token")
    assert (answer.content, answer["Content-Type"]) == (TOKEN, "application/timestamp-reply")


def test_so_do_its_certificates() -> None:
    found = seal()
    stamped(found)
    answer = get(f"ledger/checkpoints/{found.size}/certificates")
    assert answer.content == b"-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize("what", ["token", "certificates"])
def test_one_that_is_not_stamped_has_none(what: str) -> None:
    found = seal()
    witnessed(found)
    assert get(f"ledger/checkpoints/{found.size}/{what}").status_code == 404


@pytest.mark.parametrize("what", ["", "/note", "/token"])
def test_a_size_at_which_none_was_signed_is_none(what: str) -> None:
    found = seal()
    assert get(f"ledger/checkpoints/{found.size - 1}{what}").status_code == 404


@pytest.mark.parametrize("what", ["", "/2", "/2/note", "/2/token", "/2/certificates"])
def test_it_takes_the_scope_to_read_the_trail(what: str) -> None:
    assert get(f"ledger/checkpoints{what}", "incidents:read").status_code == 403
