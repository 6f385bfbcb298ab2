"""How long the oldest due row of each kind waits; what was put off waits for its own time."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from governance.heartbeat import measures
from governance.ledger import ledger
from governance.outbox import dead_letters, outbox
from governance.outbox.models import Message
from incidents.models import Incident, Reassessment, Submission, Timer
from incidents.stages.intake import LEFT_BEHIND_AFTER
from tests import factory
from tests.factory import AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def lag(rows: str, *, at: object) -> timedelta:
    return next(each.age for each in measures.lags(at=at) if each.rows == rows)  # type: ignore[arg-type]


def owe(to: str = "a@example.org", at: object = AT) -> Message:
    draft = outbox.Draft(f"k:{to}:{at}", "email", to, "News", "Text.", because="You asked.")
    (message,) = outbox.enqueue([draft], by=ledger.system("test"), at=at)  # type: ignore[arg-type]
    return message


@pytest.fixture
def incident() -> Incident:
    """Its first timer is a step of the ladder, ten minutes after the report."""
    factory.install()
    return factory.submit(factory.report(harms=["death"]))


def test_nothing_due_is_no_lag() -> None:
    assert [(each.rows, each.age, each.fine) for each in measures.lags(at=AT)] == [
        ("timers", timedelta(), True),
        ("messages", timedelta(), True),
        ("submissions", timedelta(), True),
        ("entries", timedelta(), True),
        ("undelivered", timedelta(), True),
    ]


@pytest.mark.parametrize(("seconds", "fine"), [(120, True), (121, False)])
def test_a_lag_is_fine_up_to_its_limit(seconds: int, *, fine: bool) -> None:
    assert measures.Lag("timers", seconds * SECOND, 120 * SECOND).fine is fine


def test_a_limit_for_rows_that_nobody_measures_is_an_error(settings: Settings) -> None:
    settings.LAG_LIMITS = {"parcels": 60}
    with pytest.raises(KeyError, match="parcels"):
        measures.lags(at=AT)


# --- timers --------------------------------------------------------------------------------------


def test_the_oldest_due_timer_counts(incident: Incident) -> None:
    assert lag("timers", at=AT + 10 * MINUTE) == timedelta()
    assert lag("timers", at=AT + 13 * MINUTE) == 3 * MINUTE


def test_a_timer_that_is_put_off_counts_from_its_next_try_only(incident: Incident) -> None:
    incident.timers.filter(kind="escalation").update(attempts=1, retry_at=AT + 20 * MINUTE)
    assert lag("timers", at=AT + 15 * MINUTE) == timedelta()
    assert lag("timers", at=AT + 21 * MINUTE) == MINUTE
    assert measures.put_off()["timers"] == 1


def test_a_timer_that_is_put_off_hides_no_other(incident: Incident) -> None:
    Timer.objects.update(attempts=1, retry_at=AT + HOUR, due_at=AT - HOUR)
    factory.submit(factory.report(harms=["death"]))
    assert lag("timers", at=AT + 14 * MINUTE) == 4 * MINUTE


def test_a_timer_that_is_done_counts_no_more(incident: Incident) -> None:
    Timer.objects.update(state=Timer.State.FIRED, done_at=AT)
    assert lag("timers", at=AT + HOUR) == timedelta()


# --- messages ------------------------------------------------------------------------------------


def test_the_oldest_due_message_counts() -> None:
    owe()
    assert lag("messages", at=AT + MINUTE) == MINUTE


def test_a_message_that_is_deferred_counts_from_its_next_try_only() -> None:
    owe()
    Message.objects.update(due_at=AT + HOUR, attempts=1, last_error="SMTP 451")
    assert lag("messages", at=AT + MINUTE) == timedelta()
    assert measures.put_off()["messages"] == 1


def test_an_undeliverable_message_waits_for_nothing() -> None:
    owe()
    Message.objects.update(state=Message.State.DEAD, last_error="SMTP 550")
    assert lag("messages", at=AT + HOUR) == timedelta()
    assert measures.put_off()["messages"] == 0


def fail(message: Message) -> None:
    Message.objects.filter(id=message.id).update(due_at=AT + HOUR, last_error="SMTP 451")


def test_a_mail_server_that_takes_nothing_from_anybody_counts() -> None:
    for to in ("a@example.org", "b@example.org"):
        fail(owe(to))
    assert lag("undelivered", at=AT + 5 * MINUTE) == 5 * MINUTE


def test_one_bad_address_is_no_silence() -> None:
    for minutes in (0, 1):
        fail(owe(at=AT + minutes * MINUTE))
    assert lag("undelivered", at=AT + HOUR) == timedelta()


def test_a_mail_server_that_took_a_later_one_is_not_silent() -> None:
    for to in ("a@example.org", "b@example.org"):
        fail(owe(to))
    Message.objects.filter(id=owe("c@example.org").id).update(state="sent", sent_at=AT)
    assert lag("undelivered", at=AT + HOUR) == timedelta()


def test_a_message_that_went_out_before_says_nothing_of_now() -> None:
    Message.objects.filter(id=owe("c@example.org").id).update(state="sent", sent_at=AT)
    for to in ("a@example.org", "b@example.org"):
        fail(owe(to))
    assert lag("undelivered", at=AT + MINUTE) == MINUTE


def test_a_message_that_is_sent_again_says_nothing_of_how_it_failed_before() -> None:
    for to in ("a@example.org", "b@example.org"):
        fail(owe(to))
    Message.objects.update(state=Message.State.DEAD)
    dead_letters.replay_all(Message.objects.all(), by=factory.PERSON, at=AT + HOUR)
    assert lag("undelivered", at=AT + HOUR) == timedelta()
    assert measures.put_off()["messages"] == 0


# --- submissions ---------------------------------------------------------------------------------


def test_a_submission_counts_from_when_it_was_left_behind() -> None:
    factory.left(factory.report(), at=AT)
    assert lag("submissions", at=AT + LEFT_BEHIND_AFTER) == timedelta()
    assert lag("submissions", at=AT + LEFT_BEHIND_AFTER + MINUTE) == MINUTE


def test_a_submission_that_is_put_off_counts_from_its_next_try_only() -> None:
    factory.left(factory.report(), at=AT)
    Submission.objects.update(attempts=1, retry_at=AT + HOUR)
    assert lag("submissions", at=AT + 30 * MINUTE) == timedelta()
    assert lag("submissions", at=AT + HOUR + MINUTE) == MINUTE
    assert measures.put_off()["submissions"] == 1


def test_nothing_put_off_is_said_as_zero() -> None:
    assert set(measures.put_off().values()) == {0}
    assert Reassessment.objects.count() == 0
    assert set(measures.put_off()) == {
        "messages",
        "witnessed",
        "timers",
        "submissions",
        "notices",
        "dispensations",
        "reassessments",
    }
