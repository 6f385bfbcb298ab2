"""What witnesses have of the log, as evidence and pages read it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.errors import NotFound
from governance.ledger import witnessing
from governance.ledger.models import Checkpoint, Witnessed
from tests.factory import AT
from tests.governance.witnesses.sealed import SECOND, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> list[Checkpoint]:
    return [seal(AT + each * SECOND) for each in range(3)]


def witnessed(checkpoint: Checkpoint, name: str, *, after: int = 0) -> Witnessed:
    at = AT + after * SECOND
    return Witnessed.objects.create(
        witness=name, checkpoint=checkpoint, state="done", due_at=AT, at=at, receipt=b"token"
    )


def test_of_each_checkpoint_its_witnesses_in_the_order_of_time(three: list[Checkpoint]) -> None:
    late, early = witnessed(three[0], "tsa", after=2), witnessed(three[0], "file", after=1)
    found = witnessing.of([each.size for each in three])
    assert found == {three[0].size: [early, late], three[1].size: [], three[2].size: []}


def test_receipts_stay_where_they_are_until_they_are_asked_for(three: list[Checkpoint]) -> None:
    witnessed(three[0], "tsa")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        witnessing.of([three[0].size])
    assert "receipt" not in asked[0]["sql"]


def test_what_is_owed_is_no_witness(three: list[Checkpoint]) -> None:
    Witnessed.objects.create(witness="tsa", checkpoint=three[0], due_at=AT)
    assert witnessing.of([three[0].size]) == {three[0].size: []}
    with pytest.raises(NotFound, match="has no time-stamp"):
        witnessing.time_stamp(three[0].size)
    assert witnessing.first_time_stamp(1) is None


def test_a_time_stamp_is_that_of_the_authority(three: list[Checkpoint]) -> None:
    witnessed(three[0], "file")
    stamp = witnessed(three[0], "tsa")
    assert witnessing.time_stamp(three[0].size) == stamp
    assert bytes(witnessing.time_stamp(three[0].size).receipt) == b"token"


def test_the_first_that_covers_so_many_entries_is_found(three: list[Checkpoint]) -> None:
    first, last = witnessed(three[0], "tsa"), witnessed(three[2], "tsa")
    assert witnessing.first_time_stamp(three[0].size) == first
    assert witnessing.first_time_stamp(three[0].size + 1) == last
    assert witnessing.first_time_stamp(three[2].size + 1) is None
