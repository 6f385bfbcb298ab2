"""So many requests a minute, counted in Redis: the real one, and one that is away."""

from typing import Any

import pytest
import redis
from rest_framework.test import APIClient

from governance.api import rates
from tests import factory

NOW = 1_000_000_000.0 - 1_000_000_000.0 % rates.WINDOW
LIMIT = 5


@pytest.fixture(autouse=True)
def counted(broker: "redis.Redis", settings: Any) -> None:
    settings.RATE_LIMIT = LIMIT
    forget()


def forget() -> None:
    rates._shares.clear()
    rates._away_until = 0.0


@pytest.fixture
def away(settings: Any) -> Any:
    """Redis at an address where nothing listens."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rates._client.cache_clear()
    yield
    rates._client.cache_clear()
    forget()


def taken(count: int, actor: str = "a", now: float = NOW) -> list[Any]:
    return [rates.take(actor, now=now) for _ in range(count)]


def test_what_is_over_the_limit_is_refused_and_nothing_before() -> None:
    assert [each.over for each in taken(LIMIT + 2)] == [False] * LIMIT + [True] * 2


def test_each_caller_has_a_limit_of_its_own() -> None:
    taken(LIMIT + 1)
    assert not taken(1, "b")[0].over


def test_a_minute_later_it_begins_anew() -> None:
    taken(LIMIT + 1)
    assert not taken(1, now=NOW + rates.WINDOW)[0].over


def test_processes_count_together() -> None:
    taken(LIMIT)
    forget()  # as in another process
    assert taken(1)[0].over


def test_a_busy_caller_costs_one_round_trip_for_many_requests(settings: Any, broker: Any) -> None:
    settings.RATE_LIMIT = 1000
    before = broker.info("commandstats")["cmdstat_incrby"]["calls"] if _ever(broker) else 0
    taken(30)
    assert broker.info("commandstats")["cmdstat_incrby"]["calls"] - before == 3


def _ever(broker: Any) -> bool:
    return "cmdstat_incrby" in broker.info("commandstats")


def test_shares_of_a_limit_end_where_the_limit_does(settings: Any) -> None:
    settings.RATE_LIMIT = 250  # in shares of 2
    assert sum(not each.over for each in taken(300)) == 250


def test_what_is_left_and_for_how_long_is_told() -> None:
    first = taken(1, now=NOW + 20.5)[0]
    assert first.headers() == {
        "RateLimit-Policy": '"requests";q=5;w=60',
        "RateLimit": '"requests";r=4;t=40',
    }


def test_without_redis_nobody_is_refused(away: None) -> None:
    assert taken(LIMIT + 2) == [None] * (LIMIT + 2)


def test_a_limit_of_nothing_is_none(settings: Any) -> None:
    settings.RATE_LIMIT = 0
    assert taken(1) == [None]


# --- over REST ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_answer_says_what_is_left() -> None:
    answer = factory.get(factory.client(), "me")
    assert answer["RateLimit-Policy"] == '"requests";q=5;w=60'
    assert answer["RateLimit"].startswith('"requests";r=4;t=')


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    caller = factory.client()
    answers = [factory.get(caller, "me") for _ in range(LIMIT + 1)]
    if answers[-1].status_code == 200:  # a minute began meanwhile
        answers = [factory.get(caller, "me") for _ in range(LIMIT + 1)]
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, "too-many-requests")
    assert 1 <= int(last["Retry-After"]) <= rates.WINDOW + 1


@pytest.mark.django_db
def test_who_is_not_let_in_is_not_counted() -> None:
    answer = APIClient().get("/api/v1/me")
    assert answer.status_code == 401
    assert "RateLimit" not in answer


@pytest.mark.django_db
def test_a_report_is_taken_while_redis_is_away(away: None) -> None:
    factory.install()
    caller = factory.client()
    for _ in range(LIMIT + 1):
        answer = factory.post(caller, "incidents", factory.report())
        assert answer.status_code == 201
    assert "RateLimit" not in answer
