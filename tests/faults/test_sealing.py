"""Thirty-two write at once, some of them fail, and whoever seals is killed again and again: no
entry is lost, none has two places, and the log never forks."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from governance import clock, env
from governance.ledger import keys, ledger, log, sequencer
from governance.ledger.ledger import Event
from governance.ledger.models import Checkpoint, Entry, Leaf, Unsealed
from governance.ledger.verification import walk
from tests import factory
from tests.committed import once
from tests.factory import PERSON
from tests.live.stack import environment, wait_for

WRITERS: Final = 32
KILLS: Final = 5
_SEALER: Final = """
import django; django.setup()
from governance import clock
from governance.ledger import sequencer
sequencer.seal(at=clock.now())
print("sealing", flush=True)
while True:
    sequencer.seal(at=clock.now())
"""


class Undone(Exception):
    """A change that is taken back, and its entries with it."""


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEYS = tmp_path / "ledger"


class Sealers:
    """Processes that seal as fast as they can, and are killed."""

    def __init__(self, directory: Path, database: str) -> None:
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        self.environment = environment(directory, f"{base}/{database}") | {
            "DJANGO_SETTINGS_MODULE": "governance.settings"
        }
        self.running = [self._start() for _ in range(2)]

    def kill_one(self, after: float) -> None:
        """The older one, some seconds after it has begun, in whatever it is doing then."""
        dying = self.running.pop(0)
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"sealing\n"
        time.sleep(after)
        dying.send_signal(signal.SIGKILL)
        dying.communicate()
        self.running.append(self._start())

    def stop(self) -> None:
        for each in self.running:
            each.kill()
            each.communicate()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", _SEALER],
            cwd=env.CHECKOUT,
            env=self.environment,
            stdout=subprocess.PIPE,
        )


def write(seed: int, over: Signal) -> list[UUID]:
    """Transactions of one to four entries, some of them slow and some taken back; returns what was
    committed."""
    chance = random.Random(seed)  # noqa: S311
    committed: list[UUID] = []
    while not over.is_set():
        events = [Event("test.written", "test", str(seed))] * chance.randint(1, 4)
        with suppress(Undone), transaction.atomic():
            entries = ledger.append_all(events, by=PERSON, at=clock.now())
            if chance.random() < 0.2:
                time.sleep(chance.random() / 10)  # commits long after its ids were made
            if chance.random() < 0.1:
                raise Undone
            transaction.on_commit(lambda made=entries: committed.extend(e.id for e in made))
    return committed


def checkpoints(database: str, over: Signal) -> list[str]:
    """Every checkpoint that could be seen from outside meanwhile, as a witness keeps them."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    seen: dict[int, str] = {}
    with psycopg.connect(f"{base}/{database}", autocommit=True) as connection:
        while not over.is_set():
            rows = connection.execute("SELECT size, text FROM ledger_checkpoint").fetchall()
            for size, text in rows:
                assert seen.setdefault(size, text) == text
            time.sleep(0.05)
    return list(seen.values())


def test_no_loss_no_gap_and_no_fork(database: str, tmp_path: Path) -> None:
    sealers, chance = Sealers(tmp_path, database), random.Random(7)  # noqa: S311
    over = Signal()
    try:
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            writers = [
                pool.submit(factory.on_database, database, lambda seed=seed: write(seed, over))
                for seed in range(WRITERS)
            ]
            witness = pool.submit(checkpoints, database, over)
            try:
                for _ in range(KILLS):
                    sealers.kill_one(after=chance.uniform(0, 1))
            finally:
                over.set()  # else nobody would ever stop
            written = [id_ for writer in writers for id_ in writer.result()]
            kept = witness.result()
        assert once(database, lambda: wait_for(_all_sealed, within=60))
    finally:
        sealers.stop()
    assert len(written) > 500
    assert len(kept) > 3
    once(database, lambda: _judge(set(written), kept))


def _all_sealed() -> bool:
    return not Unsealed.objects.exists()


def _judge(written: set[UUID], kept: list[str]) -> None:
    """What was committed has one place each; what was seen signed is the beginning of the log."""
    sequencer.seal(at=clock.now() + timedelta(seconds=1))
    places = list(Leaf.objects.order_by("index").values_list("index", "entry_id"))
    assert [index for index, _ in places] == list(range(len(places)))
    ours = set(Entry.objects.filter(verb="test.written").values_list("id", flat=True))
    assert ours == written
    assert written <= {entry for _, entry in places}
    latest = log.latest()
    assert latest is not None
    assert latest.size == len(places)
    assert Checkpoint.objects.count() >= len(kept)
    found = walk.run(walk.begin(kept, keys.public()))
    assert [str(each) for each in found.kept] == []
