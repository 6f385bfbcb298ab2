"""How far the trail is sealed and witnessed, on the pages of checkpoints."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from governance.console import coverage
from governance.console.coverage import Coverage, Reach
from governance.ledger.models import Checkpoint, Witnessed
from tests.factory import AT
from tests.governance.api.test_checkpoints import stamped, witnessed
from tests.governance.witnesses.sealed import SECOND, seal
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "keys"


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


@pytest.fixture
def stdout(settings: Any) -> None:
    """A witness that is set up."""
    settings.WITNESS_STDOUT = True


def found() -> Coverage:
    covered = coverage.coverage(at=AT + HOUR)
    assert covered is not None
    return covered


def reach(title: str) -> Reach:
    return next(each for each in found().reaches if each.title == title)


def taken(checkpoint: Checkpoint, at: timedelta, witness: str = "stdout") -> None:
    Witnessed.objects.create(
        witness=witness,
        checkpoint=checkpoint,
        state=Witnessed.State.DONE,
        due_at=AT,
        at=AT + at,
    )


def page(auditor: Desk, checkpoint: Checkpoint) -> str:
    url = reverse("admin:ledger_checkpoint_change", args=[checkpoint.size])
    return text(auditor.client.get(url))


def test_with_nothing_sealed_there_is_nothing_to_draw() -> None:
    assert coverage.coverage(at=AT) is None


def test_all_that_is_sealed_fills_its_bar() -> None:
    size = seal().size
    sealed = reach("Sealed and signed")
    assert (sealed.size, sealed.behind, sealed.width) == (size, 0, coverage.WIDTH)


def test_a_witness_that_is_behind_does_not_look_as_if_it_were_not(stdout: None) -> None:
    taken(seal(), SECOND)
    newest = seal(AT + SECOND, entries=10)
    behind = reach("Standard output")
    assert behind.behind == newest.size - behind.size > 0
    assert 0 < behind.width < coverage.WIDTH


def test_a_witness_that_has_nothing_says_never(auditor: Desk, stdout: None) -> None:
    seal()
    assert reach("Standard output").width == 0
    assert "never" in text(auditor.list("ledger_checkpoint"))


def test_a_witness_that_fails_says_why(stdout: None) -> None:
    Witnessed.objects.create(
        witness="stdout", checkpoint=seal(), due_at=AT, attempts=3, last_error="It is down."
    )
    failing = reach("Standard output")
    assert (failing.tone, failing.said) == ("bad", "tried 3 times: It is down.")


def test_a_long_silence_of_a_witness_is_a_gap(stdout: None) -> None:
    taken(seal(), SECOND)
    taken(seal(AT + SECOND), 2 * SECOND)
    taken(seal(AT + 2 * SECOND, entries=10), timedelta(days=3))
    (gap,) = found().gaps
    assert (gap.witness, gap.length) == ("Standard output", "2 d")
    assert gap.entries >= 10


def test_without_a_witness_the_list_says_what_that_means(auditor: Desk) -> None:
    seal()
    assert "No witness is set up." in text(auditor.list("ledger_checkpoint"))


def test_a_checkpoint_proves_that_it_goes_on_from_the_one_before(auditor: Desk) -> None:
    first, second = seal(), seal(AT + SECOND, entries=10)
    shown = page(auditor, second)
    assert f"/ledger/checkpoint/{first.size}/change/" in shown
    assert "proven" in shown
    assert "not proven" not in shown


def test_one_that_was_made_anew_is_not_proven(auditor: Desk) -> None:
    first, second = seal(), seal(AT + SECOND, entries=10)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_checkpoint SET root = %s WHERE size = %s", ["0" * 64, first.size]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert "not proven" in page(auditor, second)


def test_one_that_nobody_has_names_the_later_one_that_covers_it(auditor: Desk) -> None:
    first = seal()
    later = seal(AT + SECOND)
    stamped(later)
    shown = page(auditor, first)
    assert (
        f'Time-stamp authority, <a class="by-link" href="/ledger/checkpoint/{later.size}' in shown
    )


def test_the_page_of_one_takes_few_statements(
    auditor: Desk, django_assert_max_num_queries: Any
) -> None:
    for each in range(5):
        witnessed(seal(AT + each * SECOND, entries=100))
    middle = Checkpoint.objects.order_by("size")[2]
    page(auditor, middle)
    with django_assert_max_num_queries(30):
        page(auditor, middle)
