"""Waits that grow with each try that fails, for everybody alike and for nobody for good."""

from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from governance.access import attempts
from governance.access.models import Attempt
from tests.committed import tried_at_once
from tests.factory import AT

SECOND: Final = timedelta(seconds=1)
WHO: Final = attempts.subject("account", "someone", free=3, longest=timedelta(seconds=60))


def wait_after(failures: int, *, who: attempts.Subject = WHO) -> int:
    """Seconds that the next try waits, when that many failed as soon as they could."""
    at = AT
    for _ in range(failures):
        attempts.begin([who], at=at)
        at = Attempt.objects.get(subject=who.digest).until
    return int((at - AT).total_seconds())


@pytest.mark.django_db
@pytest.mark.parametrize(("failures", "seconds"), [(1, 0), (2, 0), (3, 2), (4, 6), (5, 14)])
def test_waits_double_once_the_free_tries_are_over(failures: int, seconds: int) -> None:
    assert wait_after(failures) == seconds


@pytest.mark.django_db
def test_no_wait_is_longer_than_the_longest() -> None:
    assert wait_after(40) < 41 * 60


@pytest.mark.django_db
def test_a_try_that_comes_too_early_is_told_how_long_to_wait() -> None:
    wait_after(2)
    attempts.begin([WHO], at=AT)
    with pytest.raises(attempts.Waiting) as refused:
        attempts.begin([WHO], at=AT + SECOND)
    assert (refused.value.seconds, refused.value.status) == (1, 429)


@pytest.mark.django_db
def test_success_forgets_what_failed_before() -> None:
    wait_after(2)
    attempts.succeeded([WHO], at=AT)
    assert Attempt.objects.get().failures == 0


@pytest.mark.django_db
def test_success_takes_back_one_try_of_an_address_and_no_more() -> None:
    """Else one good account would do to try at all others without a wait."""
    address = attempts.subject(attempts.ADDRESS, "192.0.2.7", free=30, longest=SECOND)
    for _ in range(9):
        attempts.begin([address], at=AT)
    attempts.succeeded([address], at=AT)
    assert Attempt.objects.get().failures == 8


@pytest.mark.django_db
def test_an_hour_without_a_try_begins_anew() -> None:
    wait_after(5)
    attempts.begin([WHO], at=AT + attempts.FORGET + timedelta(minutes=2))
    assert Attempt.objects.get().failures == 1


@pytest.mark.django_db
def test_where_one_of_two_waits_the_other_is_not_counted() -> None:
    wait_after(2)
    attempts.begin([WHO], at=AT)
    other = attempts.subject("other", "x", free=3, longest=SECOND)
    with pytest.raises(attempts.Waiting):
        attempts.begin([other, WHO], at=AT)
    assert not Attempt.objects.filter(kind="other").exists()


@pytest.mark.django_db
def test_what_was_typed_is_not_kept() -> None:
    attempts.begin([WHO], at=AT)
    assert "someone" not in Attempt.objects.get().subject


def test_the_same_name_in_other_letters_is_the_same_subject() -> None:
    again = attempts.subject("account", "SOMEONE", free=3, longest=timedelta(seconds=60))
    assert again == WHO


@pytest.mark.django_db
def test_a_thing_is_done_once() -> None:
    assert [attempts.once(WHO, at=AT + n * SECOND) for n in range(3)] == [True, False, False]


@pytest.mark.django_db
def test_old_tries_are_forgotten() -> None:
    attempts.begin([WHO], at=AT)
    assert (attempts.forget(before=AT), attempts.forget(before=AT + SECOND)) == (0, 1)


def test_of_many_at_once_only_the_free_ones_are_looked_at(database: str) -> None:
    tried = tried_at_once(database, *[partial(attempts.begin, [WHO], at=AT)] * 8)
    assert len([each for each in tried if isinstance(each, attempts.Waiting)]) == 5
