"""Which witness is given which checkpoint when, and what becomes of one that takes nothing."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from governance import turns
from governance.heartbeat import heartbeat
from governance.ledger import keys, notes, sequencer
from governance.ledger.models import Checkpoint, Witnessed
from governance.outbox.backoff import LONGEST
from governance.witnesses import giving, registry, tasks
from governance.witnesses.contract import Unwitnessed
from tests.factory import AT, HOUR, MINUTE, PERSON
from tests.governance.witnesses import sealed
from tests.governance.witnesses.sealed import DOWN, SECOND, Scripted, give, seal

pytestmark = pytest.mark.django_db


def owed() -> Witnessed:
    return Witnessed.objects.get(state="owed")


# --- when ----------------------------------------------------------------------------------------


def test_before_anything_is_sealed_nothing_is_due(witness: Scripted) -> None:
    assert giving.due(at=AT) == []
    assert not giving.give("file", now=lambda: AT)


def test_where_no_witness_is_set_up_nothing_is_due(checkpoint: Checkpoint) -> None:
    assert giving.due(at=AT + HOUR) == []


def test_a_witness_gets_the_checkpoint_and_what_it_says_is_kept(witness: Scripted) -> None:
    found = seal()
    assert give("file")
    (row,) = sealed.done()
    assert witness.given == [found.size]
    assert (row.checkpoint, row.at, row.said, row.last_error) == (found, AT, "Taken", "")


def test_the_next_is_due_when_the_interval_is_over(witness: Scripted) -> None:
    seal()
    give("file")
    newer = seal(AT + SECOND)
    assert not give("file", AT + MINUTE - SECOND)
    assert give("file", AT + MINUTE)
    assert witness.given[-1] == newer.size


def test_what_has_not_grown_is_not_given_again(witness: Scripted) -> None:
    seal()
    give("file")
    assert not give("file", AT + HOUR)
    assert len(witness.given) == 1


def test_of_many_checkpoints_the_newest_is_given(witness: Scripted) -> None:
    seal()
    give("file")
    sizes = [seal(AT + each * SECOND).size for each in range(5)]
    give("file", AT + MINUTE)
    assert witness.given[1:] == [sizes[-1]]


def test_a_checkpoint_that_two_keys_signed_is_not_left_out(witness: Scripted) -> None:
    """Else a witness that verifies could not follow the log from one key to the next."""
    seal()
    give("file")
    keys.rotate(reason="It is a year old.", by=PERSON, at=AT)
    both = seal(AT + SECOND)
    newest = [seal(AT + each * SECOND) for each in range(2, 5)][-1]
    give("file", AT + MINUTE)
    give("file", AT + 2 * MINUTE)
    assert witness.given[1:] == [both.size, newest.size]
    assert len(notes.split(sealed.done()[1].checkpoint.text)[1]) == 2


def test_also_where_it_failed_before(witness: Scripted) -> None:
    seal()
    give("file")
    witness.fails = DOWN
    seal(AT + SECOND)
    give("file", AT + MINUTE)
    keys.rotate(reason="It is a year old.", by=PERSON, at=AT)
    both = seal(AT + MINUTE)
    seal(AT + MINUTE + SECOND)
    witness.fails = None
    give("file", AT + 2 * MINUTE)
    assert witness.given[-1] == both.size


def test_one_that_is_new_gets_the_newest_and_none_of_the_past(witness: Scripted) -> None:
    seal()
    keys.rotate(reason="It is a year old.", by=PERSON, at=AT)
    newest = [seal(AT + each * SECOND) for each in range(3)][-1]
    give("file")
    assert witness.given == [newest.size]


# --- failing -------------------------------------------------------------------------------------


def test_one_that_fails_is_tried_again_after_a_pause_that_grows(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    at, pauses = AT, []
    for _ in range(14):
        assert not give("file", at)
        pause = owed().retry_at - at  # type: ignore[operator]
        pauses.append(pause)
        assert not giving.due(at=at + pause - SECOND)
        at += pause
    assert timedelta(seconds=1) <= pauses[0] <= timedelta(seconds=2)
    assert LONGEST / 2 <= pauses[-1] <= LONGEST
    assert owed().attempts == 14


def test_pauses_are_spread(witness: Scripted) -> None:
    """Witnesses that failed together do not come back together."""
    witness.fails = DOWN
    seal()
    found = set()
    for _ in range(5):
        give("file")
        found.add(owed().retry_at)
        Witnessed.objects.update(retry_at=None, attempts=0)
    assert len(found) == 5


def test_the_pause_that_it_asks_for_is_kept(witness: Scripted) -> None:
    witness.fails = Unwitnessed("Later.", retry_after=timedelta(minutes=20))
    seal()
    give("file")
    assert owed().retry_at >= AT + 20 * MINUTE  # type: ignore[operator]


def test_at_the_next_try_it_gets_the_newest(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    newer = seal(AT + SECOND)
    witness.fails = None
    assert give("file", AT + MINUTE)
    assert [each.checkpoint for each in sealed.done()] == [newer]


def test_what_it_said_is_kept_without_what_a_terminal_would_obey(witness: Scripted) -> None:
    witness.fails = Unwitnessed("No\x00 entry\x1b[2J")
    seal()
    give("file")
    assert owed().last_error == "No  entry [2J"


def test_a_fault_of_ours_is_put_off_like_one_of_theirs(
    witness: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    witness.fails = ZeroDivisionError("oh")
    seal()
    assert not give("file")
    assert owed().last_error == "ZeroDivisionError: oh"


def test_one_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Scripted(ZeroDivisionError("oh")), Scripted()
    monkeypatch.setattr(registry, "KINDS", sealed.kinds(file=bad, tsa=good))
    found = seal()
    tasks.witness()
    assert (bad.given, good.given) == ([found.size], [found.size])


# --- one at a time -------------------------------------------------------------------------------


def test_whoever_was_overtaken_confirms_nothing(witness: Scripted) -> None:
    """As after a connection that was lost, with its lock, while the witness was waited for."""
    seal()

    def overtaken() -> datetime:
        Witnessed.objects.filter(state="owed").update(attempts=7)
        return AT

    assert not giving.give("file", now=overtaken)
    assert owed().attempts == 7


def test_a_process_that_dies_after_the_witness_took_it_gives_it_again(witness: Scripted) -> None:
    found = seal()
    witness.fails = SystemExit()
    with pytest.raises(SystemExit):
        give("file")
    witness.fails = None
    assert give("file")
    assert witness.given == [found.size, found.size]
    assert len(sealed.done()) == 1


def test_of_a_witness_no_two_rows_can_be_owed(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    newer = seal(AT + SECOND)
    with pytest.raises(IntegrityError, match="witnessed_one_owed"):
        Witnessed.objects.create(witness="file", checkpoint=newer, due_at=AT)


def test_nothing_is_locked_while_a_witness_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sealing goes on in the middle of it."""

    class Slow(Scripted):
        def take(self, checkpoint: Checkpoint, *, at: datetime) -> object:  # type: ignore[override]
            newer.append(seal(AT + SECOND).size)
            return super().take(checkpoint, at=at)

    newer: list[int] = []
    slow = Slow()
    monkeypatch.setattr(registry, "KINDS", sealed.kinds(file=slow))
    found = seal()
    assert give("file")
    assert newer[0] > found.size
    assert sealed.done()[0].checkpoint == found


# --- the tick ------------------------------------------------------------------------------------


def test_a_tick_beats_also_where_a_witness_fails(witness: Scripted, settings: Settings) -> None:
    settings.HEARTBEAT_JOBS = {"ledger.witness": 60}
    witness.fails = DOWN
    seal()
    tasks.witness()
    (pulse,) = heartbeat.pulses(at=owed().due_at + MINUTE / 2)
    assert pulse.fresh


def test_without_a_turn_nothing_is_given_and_nothing_lost(
    witness: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_ask", lambda *_: False)
    seal()
    tasks.witness()
    assert witness.given == []
    monkeypatch.undo()


# --- kept ----------------------------------------------------------------------------------------


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        return int(cursor.rowcount)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_witnessed SET receipt = 'x'",
        "UPDATE ledger_witnessed SET gen_time = now()",
        "UPDATE ledger_witnessed SET state = 'owed', at = NULL",
        "DELETE FROM ledger_witnessed",
        "TRUNCATE ledger_witnessed CASCADE",
    ],
)
def test_what_was_witnessed_stays_as_it_was_recorded(witness: Scripted, statement: str) -> None:
    seal()
    give("file")
    with pytest.raises(IntegrityError, match="kept as they were written"):
        run(statement)


def test_what_is_owed_moves_on_but_does_not_go_away(witness: Scripted) -> None:
    witness.fails = DOWN
    seal()
    give("file")
    assert run("UPDATE ledger_witnessed SET attempts = attempts + 1") == 1
    with pytest.raises(IntegrityError, match="kept as they were written"):
        run("DELETE FROM ledger_witnessed")


def test_witnessing_writes_no_entry(witness: Scripted) -> None:
    """Else each would grow the log, which would be witnessed again, for ever."""
    seal()
    give("file")
    assert sequencer.seal(at=AT + SECOND) == 0
