"""The pages of checkpoints and of signing keys, as an auditor sees them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from governance.console.checkpoints import stamp
from governance.ledger import keys
from governance.ledger.models import Checkpoint, SigningKey, Witnessed
from tests.factory import AT, PERSON
from tests.governance.api.test_checkpoints import stamped, witnessed
from tests.governance.witnesses.sealed import SECOND, seal
from tests.incidents.admin.desk import Desk, desk, rows, text

pytestmark = pytest.mark.django_db
CHECKPOINTS, KEYS = "ledger_checkpoint", "ledger_signingkey"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


def page(auditor: Desk, checkpoint: Checkpoint) -> str:
    return text(auditor.client.get(reverse(f"admin:{CHECKPOINTS}_change", args=[checkpoint.size])))


def test_an_empty_list_says_when_the_first_comes(auditor: Desk) -> None:
    assert "a second after the first entry" in text(auditor.list(CHECKPOINTS))


def test_the_list_says_who_has_each_and_its_time(auditor: Desk) -> None:
    found = seal()
    witnessed(found)
    stamped(found)
    seal(AT + SECOND)
    shown = text(auditor.list(CHECKPOINTS))
    assert "Time-stamp authority" in shown
    assert "2026-11-23 08:00:01 UTC ± 1.5 s" in shown
    assert SigningKey.objects.get().id in shown


def test_it_asks_the_database_the_same_however_many_there_are(
    auditor: Desk, django_assert_max_num_queries: Any
) -> None:
    for each in range(10):
        witnessed(seal(AT + each * SECOND))
    auditor.list(CHECKPOINTS)  # that it was read is put on record once
    with django_assert_max_num_queries(13):
        auditor.list(CHECKPOINTS)


def test_those_that_one_witness_has_are_found(auditor: Desk) -> None:
    found = seal()
    stamped(found)
    seal(AT + SECOND)
    assert rows(auditor.list(CHECKPOINTS, witness="tsa")) == [found]


def test_a_size_finds_the_first_that_holds_so_many(auditor: Desk) -> None:
    seal()
    found = seal(AT + SECOND, entries=10)
    seal(AT + 2 * SECOND, entries=10)
    assert rows(auditor.list(CHECKPOINTS, q=str(found.size - 3))) == [found]
    assert rows(auditor.list(CHECKPOINTS, q=found.root)) == [found]
    assert rows(auditor.list(CHECKPOINTS, q="no such")) == []


def test_the_page_has_the_note_to_copy_and_a_download(auditor: Desk) -> None:
    found = seal()
    shown = page(auditor, found)
    assert found.text in shown
    assert reverse("ledger-checkpoint-note", args=[found.size]) in shown
    assert reverse("ledger-checkpoint-token", args=[found.size]) not in shown


def test_the_downloads_are_for_whoever_sees_the_page(auditor: Desk) -> None:
    found = seal()
    stamped(found)
    for what in ("note", "token", "certificates"):
        url = reverse(f"ledger-checkpoint-{what}", args=[found.size])
        assert url in page(auditor, found)
        assert auditor.client.get(url).status_code == 200


def test_the_page_says_what_each_witness_said(auditor: Desk) -> None:
    found = seal()
    witnessed(found)
    stamped(found)
    shown = page(auditor, found)
    assert "2026-11-23 08:00:01 UTC ± 1.5 s" in shown
    assert "Taken" in shown


def test_nothing_of_it_calls_a_time_stamp_more_than_that(auditor: Desk) -> None:
    found = seal()
    stamped(found)
    assert "qualified" not in (page(auditor, found) + text(auditor.list(CHECKPOINTS))).lower()


def test_without_a_witness_the_page_says_what_that_means(auditor: Desk) -> None:
    assert "nowhere but in this database" in page(auditor, seal())


def test_one_that_no_witness_has_says_that_a_later_one_covers_it(
    auditor: Desk, settings: Any
) -> None:
    settings.WITNESS_STDOUT = True
    assert "A later one that they have covers this one" in page(auditor, seal())


def test_what_is_owed_says_why(auditor: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = seal()
    Witnessed.objects.create(
        witness="tsa", checkpoint=found, due_at=AT, attempts=3, last_error="It is down."
    )
    assert "It is down." in page(auditor, found)


def test_a_right_signature_is_told_from_a_wrong_one(auditor: Desk) -> None:
    found = seal()
    assert "wrong" not in page(auditor, found)
    other = Checkpoint(
        size=found.size + 1,
        at=AT,
        root=found.root,
        text=found.text.replace(f"\n{found.size}\n", f"\n{found.size + 1}\n"),
    )
    other.save(force_insert=True)
    assert '<span class="by-label by-bad" title="">wrong</span>' in page(auditor, other)


def test_a_checkpoint_that_two_keys_signed_shows_both(auditor: Desk) -> None:
    seal()
    keys.rotate(reason="It is a year old.", by=PERSON, at=AT)
    found = seal(AT + SECOND)
    shown = page(auditor, found)
    assert all(key.verifier in shown for key in SigningKey.objects.all())


def test_every_key_is_listed_with_its_announcement(auditor: Desk) -> None:
    seal()
    keys.rotate(reason="It is a year old.", by=PERSON, at=AT)
    shown = text(auditor.list(KEYS))
    for key in SigningKey.objects.all():
        assert key.verifier in shown
        assert reverse("admin:ledger_entry_change", args=[key.announced_id]) in shown


@pytest.mark.parametrize("model", [CHECKPOINTS, KEYS])
def test_who_may_not_read_the_trail_sees_none_of_it(model: str) -> None:
    assert desk("responder").list(model).status_code == 403


@pytest.mark.parametrize(
    ("accuracy", "shown"),
    [
        (timedelta(seconds=1), "± 1 s"),
        (timedelta(milliseconds=20), "± 0.02 s"),
        (timedelta(microseconds=1), "± 0.000001 s"),
        (None, "accuracy not stated"),
    ],
)
def test_how_exact_a_time_is_stands_beside_it(accuracy: timedelta | None, shown: str) -> None:
    assert stamp(Witnessed(gen_time=AT, accuracy=accuracy)).endswith(shown)
