"""Whoever writes where nobody sets a time limit is left in time."""

import threading

import pytest

from governance.witnesses import patience
from governance.witnesses.contract import Unwitnessed


def test_what_is_done_in_time_is_done() -> None:
    done: list[int] = []
    patience.within(lambda: done.append(1), where="here")
    assert done == [1]


def test_what_fails_fails() -> None:
    def fail() -> None:
        raise OSError("The disk is full.")

    with pytest.raises(OSError, match="The disk is full"):
        patience.within(fail, where="here")


def test_what_hangs_is_left_and_nothing_else_is_begun_there_before_it_ends() -> None:
    go_on, begun = threading.Event(), []
    with pytest.raises(Unwitnessed, match="did not finish"):
        patience.within(lambda: bool(go_on.wait(60)), where="mount", seconds=0.05)
    with pytest.raises(Unwitnessed, match="the writing before"):
        patience.within(lambda: begun.append(1), where="mount")
    assert begun == []
    go_on.set()
    patience._waiting["mount"].join(60)
    patience.within(lambda: begun.append(2), where="mount")
    assert begun == [2]


def test_what_hangs_in_one_place_keeps_no_other_waiting() -> None:
    go_on, done = threading.Event(), []
    with pytest.raises(Unwitnessed):
        patience.within(lambda: bool(go_on.wait(60)), where="one", seconds=0.05)
    patience.within(lambda: done.append(1), where="two")
    go_on.set()
    assert done == [1]
