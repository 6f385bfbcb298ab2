"""The sealed log over REST, followed by somebody who trusts nothing but a checkpoint."""

import base64
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance import clock
from governance.accounts import keys as keys_of_api
from governance.accounts import teams
from governance.ledger import keys, merkle, notes, sequencer, tiles
from governance.ledger.models import Entry
from tests import factory
from tests.governance.ledger import logs
from tests.governance.ledger.conftest import own_keys

pytestmark = pytest.mark.django_db
__all__ = ["own_keys"]


@pytest.fixture
def caller() -> APIClient:
    return factory.client("ledger:read")


def get(caller: APIClient, path: str, **query: str) -> Any:
    return factory.get(caller, f"ledger/{path}", **query)


def hashes(proof: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in proof]


def trusted(note: str) -> notes.Checkpoint:
    return notes.trusted(note, keys.public())


def test_the_checkpoint_is_the_signed_note_itself(caller: APIClient) -> None:
    *_, last = logs.grown(2, 3)
    answer = get(caller, "checkpoint")
    assert answer.content.decode() == last.text
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_before_anything_is_sealed_there_is_none(caller: APIClient) -> None:
    assert get(caller, "checkpoint").status_code == 404


def test_an_entry_is_proven_to_be_in(caller: APIClient) -> None:
    logs.grown(300)
    entry = Entry.objects.get(leaf__index=77)
    told = get(caller, f"entries/{entry.id}/proof").json()
    signed = trusted(told["checkpoint"])
    leaf = merkle.leaf(entry.body.encode())
    assert (told["index"], base64.b64decode(told["leaf_hash"])) == (77, leaf)
    merkle.check_inclusion(leaf, 77, signed.size, hashes(told["proof"]), signed.root)


@pytest.mark.parametrize(("owns", "status"), [("triage", 200), ("chat-bot", 404)])
def test_who_may_read_an_entry_within_a_team_has_its_proof_and_the_keys(
    owns: str, status: int
) -> None:
    factory.install()
    factory.submit(factory.report())
    sequencer.seal(at=clock.now())
    by: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    team = teams.give(teams.make("Own", **by), [owns], **by)
    ends = clock.now() + factory.HOUR
    scopes = ["ledger:read"]
    _, plain = keys_of_api.mint(name="reader", scopes=scopes, expires_at=ends, team=team, **by)
    reader = APIClient(headers={"Authorization": f"Bearer {plain}"})
    entry = Entry.objects.filter(incident_id__isnull=False).earliest("id")
    assert get(reader, f"entries/{entry.id}/proof").status_code == status
    assert get(reader, "keys").status_code == 200
    assert get(reader, "checkpoint").status_code == 403


def test_against_an_earlier_checkpoint_too(caller: APIClient) -> None:
    early, _ = logs.grown(5, 300)
    entry = Entry.objects.get(leaf__index=2)
    told = get(caller, f"entries/{entry.id}/proof", size=str(early.size)).json()
    assert told["checkpoint"] == early.text
    leaf, root = merkle.leaf(entry.body.encode()), bytes.fromhex(early.root)
    merkle.check_inclusion(leaf, 2, early.size, hashes(told["proof"]), root)


def test_one_that_is_not_sealed_yet_says_so(caller: APIClient) -> None:
    logs.grown(2)
    (entry,) = logs.write()
    answer = get(caller, f"entries/{entry.id}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-sealed-yet")


def test_growth_is_proven(caller: APIClient) -> None:
    old, new = logs.grown(5, 300)
    told = get(caller, "consistency", old=str(old.size), new=str(new.size)).json()
    one, two = trusted(told["old"]["checkpoint"]), trusted(told["new"]["checkpoint"])
    proof = hashes(told["proof"])
    merkle.check_consistency(one.size, two.size, one.root, two.root, proof)


def test_growth_up_to_the_latest_is_the_default(caller: APIClient) -> None:
    old, new = logs.grown(5, 3)
    assert get(caller, "consistency", old=str(old.size)).json()["new"]["size"] == new.size


@pytest.mark.parametrize(
    ("query", "status"),
    [({}, 422), ({"old": "0"}, 422), ({"old": "3"}, 404), ({"old": "6", "new": "4"}, 422)],
)
def test_proofs_that_cannot_be_given(caller: APIClient, query: dict[str, str], status: int) -> None:
    logs.grown(5)
    assert get(caller, "consistency", **query).status_code == status


def test_the_whole_log_can_be_rebuilt_from_its_tiles(caller: APIClient) -> None:
    logs.grown(600)
    signed = trusted(get(caller, "checkpoint").content.decode())
    tree = merkle.Tree()
    for number in range(-(-signed.size // tiles.WIDTH)):
        width = min(tiles.WIDTH, signed.size - number * tiles.WIDTH)
        for entry in tiles.unbundle(get(caller, tiles.bundle_path(number, width)).content):
            tree.add(merkle.leaf(entry))
    assert tree.root() == signed.root


def test_so_can_every_proof(caller: APIClient) -> None:
    logs.grown(600)
    signed = trusted(get(caller, "checkpoint").content.decode())
    widths = {(each.level, each.number): each for each in tiles.of_size(signed.size)}

    def read(level: int, number: int) -> bytes:
        found: bytes = get(caller, widths[level, number].path).content
        return found

    assert merkle.root(signed.size, tiles.Nodes(read)) == signed.root


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("tile/0/000.p/6", 200),
        ("tile/0/000.p/8", 404),
        ("tile/0/000", 404),
        ("tile/0/001", 404),
        ("tile/1/000", 404),
        ("tile/0/1", 422),
        ("tile/0/000.p/256", 422),
        ("tile/0/000.p/0", 422),
        ("tile/0/../secret", 422),
        ("tile/entries/000.p/6", 200),
        ("tile/entries/000.p/8", 404),
        ("tile/entries/000", 404),
    ],
)
def test_a_tile_is_given_as_far_as_it_is_filled(caller: APIClient, path: str, status: int) -> None:
    logs.grown(5)
    assert get(caller, path).status_code == status


def test_a_tile_may_be_kept_for_good(caller: APIClient) -> None:
    logs.grown(5)
    assert "immutable" in get(caller, "tile/0/000.p/6")["Cache-Control"]


def test_the_keys_are_those_that_the_checkpoints_are_signed_with(caller: APIClient) -> None:
    found = logs.grown(5)[0]
    (key,) = get(caller, "keys").json()["results"]
    assert notes.Verifier.read(key).signed(found.text)


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "keys",
        "consistency",
        "tile/0/000",
        "tile/entries/000",
        "verifications",
        "entries/01890000-0000-7000-8000-000000000001/proof",
    ],
)
def test_it_takes_the_right_to_read_the_trail(path: str) -> None:
    assert get(factory.client("incidents:read"), path).status_code == 403
    assert get(APIClient(), path).status_code == 401
