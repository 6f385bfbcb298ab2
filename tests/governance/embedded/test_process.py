import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from governance import env
from governance.embedded import process
from governance.embedded.process import Child, StartError
from tests.live.stack import wait_for

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(600)",
]
PARENT = """
import sys
from pathlib import Path
from governance.embedded import process
place = Path(sys.argv[1])
child = process.spawn([sys.executable, "-c", "import time; time.sleep(600)"],
    pid_file=place / "child.pid", log=place / "child.log", environment={}, directory=place)
print(child.pid, flush=True)
input()
"""


def spawn(place: Path, command: list[str] = SLEEP) -> Child:
    child = process.spawn(
        command,
        pid_file=place / "child.pid",
        log=place / "child.log",
        environment={},
        directory=place,
    )
    process.wait_until(
        lambda: b"up" in (place / "child.log").read_bytes(),
        child,
        place / "child.log",
        name="child",
        within=30,
    )
    return child


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_child_leads_its_own_session(place: Path) -> None:
    child = spawn(place)
    session = os.getsid(child.pid)
    child.kill()
    assert session == child.pid


def test_a_child_that_ends_when_asked_was_not_killed(place: Path) -> None:
    assert spawn(place).stop(within=30)


def test_a_child_that_ignores_the_signal_is_killed(place: Path) -> None:
    child = spawn(place, STUBBORN)
    assert not child.stop(within=0.1)
    assert child.exit_status == -signal.SIGKILL


def test_a_stopped_child_leaves_no_pid_file(place: Path) -> None:
    spawn(place).stop(within=30)
    assert not (place / "child.pid").exists()


def test_a_child_dies_with_a_parent_that_was_killed(place: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(place)],
        cwd=env.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_for(lambda: gone(pid))


def test_a_process_of_a_former_run_is_recognised_and_stopped(place: Path) -> None:
    child = spawn(place)
    assert process.stop_leftover(place / "child.pid", within=30)
    assert wait_for(lambda: child.exit_status is not None)


def test_a_stranger_with_a_recycled_pid_is_left_alone(place: Path) -> None:
    child = spawn(place)
    (place / "old.pid").write_text(json.dumps({"pid": child.pid, "created": 1000.0}))
    assert not process.stop_leftover(place / "old.pid", within=1)
    assert child.exit_status is None
    child.kill()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pid": "x", "created": 1}', "17"])
def test_a_damaged_pid_file_names_nobody(place: Path, content: str) -> None:
    (place / "old.pid").write_text(content)
    assert process.leftover(place / "old.pid") is None


def test_a_server_that_ends_before_it_is_ready_shows_its_last_words(place: Path) -> None:
    child = spawn(place, [sys.executable, "-c", "print('up'); print('no such file')"])
    with pytest.raises(StartError, match="no such file"):
        process.wait_until(lambda: False, child, place / "child.log", name="child", within=30)


def test_a_child_reads_what_it_is_given(place: Path) -> None:
    echo = [sys.executable, "-c", "import sys; print(sys.stdin.read())"]
    child = process.spawn(
        echo,
        pid_file=place / "child.pid",
        log=place / "child.log",
        environment={},
        directory=place,
        stdin=b"a word",
    )
    assert wait_for(lambda: child.exit_status is not None)
    assert (place / "child.log").read_text() == "a word\n"


FAMILY = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('up', child.pid, flush=True); time.sleep(600)",
]


def test_the_children_of_a_killed_child_are_cleared_away(place: Path) -> None:
    child = spawn(place, FAMILY)
    orphan = int((place / "child.log").read_text().split()[1])
    os.kill(child.pid, signal.SIGKILL)
    assert wait_for(lambda: child.exit_status is not None)
    assert not gone(orphan)
    child.clear_away()
    assert wait_for(lambda: gone(orphan))


def test_what_still_runs_is_not_cleared_away(place: Path) -> None:
    child = spawn(place)
    child.clear_away()
    assert child.exit_status is None
    child.kill()
