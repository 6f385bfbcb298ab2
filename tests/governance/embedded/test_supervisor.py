from pathlib import Path

import pytest

from governance.embedded import supervisor
from governance.embedded.process import StartError
from governance.embedded.supervisor import Supervisor


class Fake:
    """A service whose death and failure to start are set by the test."""

    def __init__(self, name: str, events: list[str]) -> None:
        self.name = name
        self.exit_status: int | None = None
        self.fails = False
        self._events = events

    def start(self) -> None:
        self._events.append(f"start {self.name}")
        if self.fails:
            raise StartError("port taken")
        self.exit_status = None

    def stop(self) -> None:
        self._events.append(f"stop {self.name}")

    def kill(self) -> None:
        self._events.append(f"kill {self.name}")


class Scene:
    def __init__(self, logs: Path) -> None:
        self.events: list[str] = []
        self.said: list[str] = []
        self.supervisor = Supervisor(logs, self.said.append)

    def add(self, name: str) -> Fake:
        service = Fake(name, self.events)
        self.supervisor.add(service)
        return service

    def starts(self) -> int:
        return sum(event.startswith("start") for event in self.events)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (50, 30)]
)
def test_the_pause_doubles_up_to_half_a_minute(failures: int, seconds: float) -> None:
    assert supervisor.pause(failures) == seconds


def test_services_stop_in_the_reverse_order_of_their_start(scene: Scene) -> None:
    for name in ("postgres", "worker", "web"):
        scene.add(name)
    scene.supervisor.stop()
    assert scene.events[3:] == ["stop web", "stop worker", "stop postgres"]


def test_the_second_signal_kills_them_all(scene: Scene) -> None:
    for name in ("postgres", "web"):
        scene.add(name)
    scene.supervisor.kill()
    assert scene.events[2:] == ["kill web", "kill postgres"]


def test_what_runs_is_left_alone(scene: Scene) -> None:
    scene.add("web")
    scene.supervisor.look(1e9)
    assert scene.starts() == 1


def test_what_died_is_started_again_after_a_pause(scene: Scene) -> None:
    scene.add("web").exit_status = 1
    scene.supervisor.look(1e9)
    scene.supervisor.look(1e9 + 0.9)
    assert scene.starts() == 1
    scene.supervisor.look(1e9 + 1)
    assert scene.starts() == 2


def test_a_death_is_told_with_its_cause_and_its_log(scene: Scene, tmp_path: Path) -> None:
    scene.add("web").exit_status = -9
    scene.supervisor.look(1e9)
    assert scene.said == [
        f"web ended with signal 9; starting it again in 1 s. Log: {tmp_path / 'web.log'}"
    ]


def test_a_service_that_does_not_start_is_tried_again_later(scene: Scene) -> None:
    service = scene.add("valkey")
    service.exit_status, service.fails = 1, True
    for at in (1e9, 1e9 + 1, 1e9 + 2.9):
        scene.supervisor.look(at)
    assert scene.starts() == 2
    service.fails = False
    scene.supervisor.look(1e9 + 3)
    assert scene.said[-1] == "valkey runs again"


def test_after_a_steady_minute_the_pauses_begin_anew(scene: Scene) -> None:
    service = scene.add("web")
    for at in (1e9, 1e9 + 10, 1e9 + 20):
        service.exit_status = 1
        scene.supervisor.look(at)
        scene.supervisor.look(at + 5)
    service.exit_status = 1
    scene.supervisor.look(1e9 + 100)
    assert "in 1 s" in scene.said[-1]
