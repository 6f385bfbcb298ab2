"""Keys sort by the database's time, whatever the host's clock says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from governance import clock, ids

MINUTES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def aligned() -> Iterator[None]:
    """Other tests get the host's clock back."""
    yield
    ids.align(datetime.now(UTC))


def made_at(key: UUID) -> datetime:
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def test_keys_are_uuid_version_7() -> None:
    assert (ids.new().version, ids.new().variant) == (7, "specified in RFC 4122")


def test_keys_sort_in_the_order_of_making() -> None:
    made = [ids.new() for _ in range(2000)]
    assert made == sorted(made)


def test_a_key_says_when_it_was_made() -> None:
    assert abs(made_at(ids.new()) - datetime.now(UTC)) < timedelta(seconds=2)


@pytest.mark.parametrize("wrong_by", [MINUTES, -MINUTES])
def test_keys_go_by_the_clock_that_was_read_last(wrong_by: timedelta) -> None:
    ids.new()
    read = datetime.now(UTC) + wrong_by
    ids.align(read)
    assert abs(made_at(ids.new()) - read) < timedelta(seconds=2)


def test_a_clock_read_with_a_delay_turns_no_order_around() -> None:
    before = ids.new()
    ids.align(datetime.now(UTC) - timedelta(milliseconds=300))
    assert ids.new() > before


@pytest.mark.django_db
def test_reading_the_clock_aligns_keys_with_the_database() -> None:
    ids.align(datetime.now(UTC) + MINUTES)
    now = clock.now()
    assert abs(made_at(ids.new()) - now) < timedelta(seconds=2)


def test_threads_never_make_the_same_key() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ids.new(), range(4000)))
    assert len({key.int >> 62 for key in made}) == 4000  # what sorts, without what is random
