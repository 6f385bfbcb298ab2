"""Reviews of what is in force: asked for daily, answered by an extension or the end."""

from datetime import timedelta

import pytest

from governance.outbox.models import Message
from incidents import sweep
from incidents.models import Clock
from tests.factory import AT, HOUR, grant
from tests.incidents.dispensing.standing import now
from tests.incidents.said import subjects

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_review_is_asked_for_every_day_until_the_pause_resumes_by_itself(clock: Clock) -> None:
    row = grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    subjects()
    asked = []
    for day in range(1, 9):
        sweep.run(at=AT + day * DAY)
        asked.append("To review: pause of Notify the authority" in subjects())
    assert asked == [True] * 7 + [False]
    row.refresh_from_db()
    assert (row.state, row.ended_at) == ("ended", AT + 8 * DAY)
    assert row.ended_because == "Nobody answered its review within 7 days."
    assert now(clock).state == "running"


def test_a_review_says_when_the_pause_will_end_by_itself(clock: Clock) -> None:
    grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    sweep.run(at=AT + DAY)
    text = Message.objects.filter(subject__contains="To review")[0].because
    assert "It ends by itself at 2026-12-01 08:00 UTC." in text


def test_an_extension_answers_the_review(clock: Clock) -> None:
    first = grant(clock, "pause", at=AT + HOUR, review_at=AT + DAY)
    sweep.run(at=AT + DAY)
    grant(now(clock), "pause", at=AT + 25 * HOUR, review_at=AT + 30 * DAY)
    subjects()
    sweep.run(at=AT + 9 * DAY)
    assert not {each for each in subjects() if "pause of" in each}
    assert not first.timers.filter(state="pending").exists()
    assert now(clock).state == "paused"
