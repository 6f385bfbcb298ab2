"""`manage.py up` as a person runs it: one real process, everything below it, and how it ends."""

import itertools
import json
import os
import shlex
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from governance import env
from governance.embedded import commands, probe
from governance.embedded.addresses import own_port
from tests.live.stack import wait_for

#: Seconds; a start takes 25, and five times that where others want the processors, too.
PATIENCE = 300
PARTS = {"postgres", "valkey", "mailcatcher", "worker", "beat", "web"}


class Up:
    """One run of the command on the directory `var`, as a shell without our settings starts it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = own_port()
        self._output = var.parent / f"up-{self.port}.txt"
        self.environment = {
            "PATH": os.environ["PATH"],
            "BYLAW_VAR": str(var),
            "BYLAW_WEB_WORKERS": "1",
            "BYLAW_WORKER_CONCURRENCY": "1",
        }
        with self._output.open("wb") as out:
            self.process = subprocess.Popen(
                commands.manage("up"),
                cwd=env.CHECKOUT,
                env=self.environment | {"BYLAW_PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def await_line(self, text: str) -> None:
        wait_for(lambda: text in self.said or self.process.poll() is not None, within=PATIENCE)
        assert text in self.said, self.said

    def pids(self) -> dict[str, int]:
        """Of the parts that run; one that has just died has no file."""
        found = {}
        for file in [*self.var.glob("run/*.pid"), *self.var.glob("*/*.pid")]:
            with suppress(FileNotFoundError):
                found[file.stem] = json.loads(file.read_text())["pid"]
        return found

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def up(var: Path) -> Iterator[Up]:
    running = Up(var)
    try:
        running.await_line("Ctrl-C stops everything")
        yield running
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def service() -> Iterator[Up]:
    with (
        tempfile.TemporaryDirectory(prefix="bylaw-test-") as made,
        up(Path(made) / "var") as running,
    ):
        yield running


def alive(pids: dict[str, int]) -> list[str]:
    return [
        name
        for name, pid in pids.items()
        if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]


def test_everything_runs_and_is_ready(service: Up) -> None:
    assert set(alive(service.pids())) == PARTS
    assert httpx.get(f"{service.url}/readyz").status_code == 200


def test_the_first_run_shows_a_password_for_the_console(service: Up) -> None:
    assert "Password:" in service.said


def test_the_report_it_proposes_is_accepted_as_printed(service: Up) -> None:
    words = shlex.split(service.said[service.said.index("curl ") :].partition("\n\n")[0])
    pairs = list(itertools.pairwise(words))
    headers = dict(word.split(": ", 1) for flag, word in pairs if flag == "-H")
    answer = httpx.post(words[2], headers=headers, content=dict(pairs)["-d"])
    assert answer.status_code == 201, answer.text


def test_a_command_in_another_terminal_finds_its_database(service: Up) -> None:
    done = subprocess.run(
        commands.manage("showmigrations", "--plan"),
        cwd=env.CHECKOUT,
        env=service.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert "[X]" in done.stdout, done.stdout
    assert "[ ]" not in done.stdout


def test_its_addresses_are_for_their_owner_only(service: Up) -> None:
    mode = (service.var / "run" / "services.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_second_run_of_the_same_checkout_is_refused(service: Up) -> None:
    second = Up(service.var)
    assert second.process.wait(60) == 1
    assert "runs from this checkout already" in second.said


@pytest.mark.parametrize("name", ["worker", "web", "valkey"])
def test_a_part_that_dies_is_started_again(service: Up, name: str) -> None:
    before = service.pids()[name]
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: service.pids().get(name, before) != before)
    service.await_line(f"{name} ended with signal 9; starting it again")
    service.await_line(f"{name} runs again")
    host = f"localhost:{service.port}"
    assert wait_for(lambda: not probe.missing(service.url, host=host))


def test_it_stops_in_order_goes_on_with_the_same_data_and_survives_a_kill(place: Path) -> None:
    """One story, since every start takes seconds: stop, resume, kill, resume."""
    with up(place / "var") as first:
        pids = first.pids()
        assert first.end(signal.SIGINT) == 0
    order = [line.split()[1] for line in first.said.splitlines() if line.startswith("stopping ")]
    assert order == ["web", "beat", "worker", "mailcatcher", "valkey", "postgres"]
    assert alive(pids) == []
    assert not (place / "var" / "run" / "services.json").exists()

    with up(place / "var") as second:
        assert "Password:" not in second.said
        pids = second.pids()
        second.end(signal.SIGKILL)
        assert wait_for(lambda: not alive(pids))

    with up(place / "var") as third:
        assert httpx.get(f"{third.url}/readyz").is_success
        assert third.end(signal.SIGHUP) == 0


def test_a_second_signal_kills_what_is_slow_to_stop(place: Path) -> None:
    with up(place / "var") as running:
        pids = running.pids()
        os.kill(pids["web"], signal.SIGSTOP)
        running.process.send_signal(signal.SIGINT)
        running.await_line("stopping web")
        assert running.end(signal.SIGINT) == 0
    assert alive(pids) == []
