"""The time-stamp authority as a witness: a real one, behind a real web server."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from governance import clock
from governance.ledger.models import Checkpoint
from governance.witnesses import registry, time_stamp, tokens
from governance.witnesses.contract import Receipt, Unwitnessed
from tests.governance.witnesses import sealed
from tests.live import time_stamps
from tests.live.time_stamps import TimeStampAuthority


def take(checkpoint: Checkpoint) -> Receipt:
    return registry.configured()["tsa"].witness.take(checkpoint, at=clock.now())


def test_it_is_asked_as_the_protocol_says(checkpoint: Checkpoint, tsa: TimeStampAuthority) -> None:
    take(checkpoint)
    (asked,) = tsa.web.asked
    assert (asked.method, asked.path) == ("POST", "/tsr")
    assert asked.headers["content-type"] == "application/timestamp-query"


def test_the_whole_answer_is_kept_and_openssl_verifies_it(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, tmp_path: Path
) -> None:
    now = clock.now()
    assert sealed.give("tsa", now)
    (row,) = sealed.done("tsa")
    (tmp_path / "note").write_text(row.checkpoint.text)
    (tmp_path / "token").write_bytes(row.receipt)
    (tmp_path / "roots").write_text(row.certificates)
    said = time_stamps.verified(tmp_path / "token", tmp_path / "note", root=tmp_path / "roots")
    assert said.stdout == "Verification: OK\n"
    assert row.gen_time is not None
    assert abs(row.gen_time - now) < timedelta(seconds=30)
    assert row.accuracy == timedelta(seconds=1, milliseconds=500, microseconds=100)


def test_without_the_token_being_right_nothing_is_kept(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.turn = lambda _: tokens.ask(b"something else").as_bytes()
    assert not sealed.give("tsa", clock.now())
    assert sealed.done("tsa") == []


def test_a_token_of_an_authority_that_is_not_trusted_is_refused(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, tmp_path: Path, settings: Settings
) -> None:
    settings.WITNESS_TSA_ROOT = str(TimeStampAuthority(tmp_path / "other").root)
    with pytest.raises(Unwitnessed, match="no token that we can trust"):
        take(checkpoint)


def test_an_answer_changed_on_the_way_is_refused(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.spoil = lambda answer: answer[:-1] + bytes([answer[-1] ^ 1])
    with pytest.raises(Unwitnessed, match="no token that we can trust"):
        take(checkpoint)


@pytest.mark.parametrize(("status", "said"), [(500, "HTTP 500"), (404, "HTTP 404"), (302, "302")])
def test_an_error_of_its_server_is_said(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, status: int, said: str
) -> None:
    tsa.web.status = status
    with pytest.raises(Unwitnessed, match=said):
        take(checkpoint)


def test_the_pause_that_it_asks_for_is_passed_on(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.web.status, tsa.web.headers = 429, {"retry-after": "600"}
    with pytest.raises(Unwitnessed) as refused:
        take(checkpoint)
    assert refused.value.retry_after == timedelta(minutes=10)


def test_a_page_instead_of_a_token_is_refused(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.spoil = lambda _: b"<html>Welcome to the hotel's network</html>"
    with pytest.raises(Unwitnessed, match="no token that we can trust"):
        take(checkpoint)


def test_an_answer_without_an_end_is_refused(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.spoil = lambda _: b"x" * 200_000
    with pytest.raises(Unwitnessed, match="longer than"):
        take(checkpoint)


def test_one_that_is_down_is_said_to_be(checkpoint: Checkpoint, tsa: TimeStampAuthority) -> None:
    tsa.web.stop()
    with pytest.raises(Unwitnessed, match=r"127\.0\.0\.1"):
        take(checkpoint)
    tsa.web.start()


def test_one_that_is_slow_is_left_in_time(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it gives a byte at a time."""
    monkeypatch.setattr(time_stamp, "_SECONDS", 0.5)
    tsa.web.drip = 0.05
    with pytest.raises(Unwitnessed, match="no whole answer in time"):
        take(checkpoint)


def test_an_address_within_our_own_network_has_to_be_allowed(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOW = []
    with pytest.raises(Unwitnessed, match="BYLAW_OUTBOUND_ALLOW"):
        take(checkpoint)
    assert tsa.web.asked == []


def test_roots_that_cannot_be_read_are_said_to_be(
    checkpoint: Checkpoint, tsa: TimeStampAuthority
) -> None:
    tsa.root.write_text("no certificate")
    with pytest.raises(Unwitnessed, match="cannot be read"):
        take(checkpoint)
    assert tsa.web.asked == []


def test_what_is_shown_names_its_host_and_never_its_whole_address(
    checkpoint: Checkpoint, tsa: TimeStampAuthority, settings: Settings
) -> None:
    """Which may carry an account."""
    settings.WITNESS_TSA_URL = f"{tsa.url}?account=hush"
    assert take(checkpoint).said == "Stamped by 127.0.0.1"
