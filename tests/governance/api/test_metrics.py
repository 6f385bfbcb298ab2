"""What Prometheus is told, and who may ask."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from governance import clock
from governance.heartbeat import gauges, heartbeat
from governance.heartbeat.models import Ping
from incidents.models import Submission, Timer
from tests import factory

pytestmark = pytest.mark.django_db
TOKEN = "0123456789abcdef"


def scrape(**headers: str) -> dict[tuple[str, str], float]:
    """(name without prefix, value of its label) → number."""
    answer: Any = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return {
        (sample.name.removeprefix("bylaw_"), "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def status(remote: str = "127.0.0.1", **headers: str) -> int:
    return Client(REMOTE_ADDR=remote).get("/metrics", headers=headers).status_code


# --- who may ask ---------------------------------------------------------------------------------


def test_without_a_token_this_machine_may_ask() -> None:
    assert [status("127.0.0.1"), status("::1")] == [200, 200]


@pytest.mark.parametrize("remote", ["10.0.0.8", "203.0.113.9", ""])
def test_without_a_token_no_other_may(remote: str) -> None:
    assert status(remote) == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "Via"])
def test_without_a_token_nobody_behind_a_proxy_may(header: str) -> None:
    assert status(**{header: "198.51.100.7"}) == 403


@pytest.mark.parametrize(
    ("given", "expected"),
    [(f"Bearer {TOKEN}", 200), (f"bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 401),
     (f"Basic {TOKEN}", 401), ("Bearer ", 401), ("Bearer \u00e9", 401)],
)  # fmt: skip
def test_with_a_token_it_takes_the_token(settings: Settings, given: str, expected: int) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert status("10.0.0.8", Authorization=given) == expected


def test_with_a_token_this_machine_needs_it_too(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer: Any = Client().get("/metrics")
    assert (answer.status_code, answer["WWW-Authenticate"].split()[0]) == (401, "Bearer")


def test_it_is_for_reading_only() -> None:
    assert Client().post("/metrics").status_code == 405


# --- what is told --------------------------------------------------------------------------------


def test_no_label_is_one_that_prometheus_gives_its_targets() -> None:
    families = gauges.registry().collect()
    labels = {label for family in families for each in family.samples for label in each.labels}
    assert labels >= {"task", "rows"}
    assert not labels & {"job", "instance"}


def test_every_job_has_its_age_and_its_limit(settings: Settings) -> None:
    heartbeat.record("incidents.sweep", at=clock.now() - timedelta(seconds=30))
    found = scrape()
    assert 30 <= found["job_age_seconds", "incidents.sweep"] < 60
    assert found["job_age_seconds", "outbox.deliver"] == float("inf")
    assert found["job_age_limit_seconds", "outbox.deliver"] == 60


def test_every_kind_of_row_has_its_lag() -> None:
    factory.left(factory.report(), at=clock.now() - timedelta(minutes=10))
    found = scrape()
    assert 540 <= found["lag_seconds", "submissions"] < 570
    assert (found["lag_seconds", "timers"], found["lag_limit_seconds", "timers"]) == (0, 120)


def test_what_is_put_off_is_counted_by_kind() -> None:
    factory.left(factory.report(), at=clock.now())
    Submission.objects.update(attempts=1, retry_at=clock.now() + timedelta(hours=1))
    found = scrape()
    assert (found["put_off", "submissions"], found["put_off", "timers"]) == (1, 0)


def test_clocks_questions_and_incidents_are_counted_by_how_they_stand() -> None:
    at = clock.now()
    factory.install(at - timedelta(days=60))
    factory.submit(factory.breach(at - timedelta(hours=9), harms=["privacy"]), at=at)
    factory.submit(factory.report(personal_data={"breach": True}, harms=["privacy"]), at=at)
    found = scrape()
    assert (found["clocks", "overdue"], found["clocks", "not_started"]) == (1, 5)
    assert (found["questions", "in_time"], found["questions", "late"]) == (1, 0)
    assert found["incidents", "unacknowledged"] == 2
    assert found["messages", "pending"] > 0
    assert found["timers", "pending"] == Timer.objects.filter(state="pending").count()


def test_the_version_is_told(settings: Settings) -> None:
    assert scrape()["build_info", settings.VERSION] == 1


def test_of_the_switch_nothing_is_told_while_there_is_none() -> None:
    assert not [name for name, _ in scrape() if "deadman" in name]


def test_the_age_of_the_last_ping_that_was_answered(settings: Settings) -> None:
    settings.DEADMAN_URL = "https://watch.example.org/s3cret"
    assert scrape()["deadman_ping_age_seconds", ""] == float("inf")
    at = clock.now()
    Ping.objects.create(name="deadman", attempted_at=at, succeeded_at=at - timedelta(hours=1))
    assert 3600 <= scrape()["deadman_ping_age_seconds", ""] < 3660


# --- faults --------------------------------------------------------------------------------------


def test_counts_that_take_too_long_are_left_out_and_the_rest_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(_at: object) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr(gauges, "_PATIENCE", "50ms")
    monkeypatch.setitem(gauges._PARTS, "counts", slow)  # type: ignore[arg-type]
    found = scrape()
    assert (found["scrape_ok", "counts"], found["scrape_ok", "jobs"]) == (0, 1)
    assert ("job_age_seconds", "incidents.sweep") in found


def test_openmetrics_is_spoken_to_who_asks_for_it() -> None:
    answer: Any = Client().get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    assert answer.content.endswith(b"# EOF\n")
