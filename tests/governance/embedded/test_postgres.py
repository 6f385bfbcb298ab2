import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from governance import env
from governance.embedded.postgres import Postgres
from governance.embedded.process import StartError

KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from governance.embedded import process
process._LIBC = None  # as where the kernel does not tell children of their parent's death
from governance.embedded.postgres import Postgres
place = Path(sys.argv[1])
server = Postgres(place / "postgres", log=place / "postgres.log", throw_away=True)
server.start()
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def server_in(place: Path, *, throw_away: bool = True) -> Postgres:
    return Postgres(place / "postgres", log=place / "postgres.log", throw_away=throw_away)


@contextmanager
def running(place: Path, *, throw_away: bool = True) -> Iterator[Postgres]:
    server = server_in(place, throw_away=throw_away)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(server: Postgres, query: str) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def test_it_makes_the_database_bylaw(place: Path) -> None:
    with running(place) as server:
        assert ask(server, "SELECT current_database()") == "bylaw"


def test_text_is_utf8_and_sorts_alike_on_every_machine(place: Path) -> None:
    query = (
        "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale)"
        " FROM pg_database WHERE datname = 'bylaw'"
    )
    with running(place) as server:
        assert ask(server, query) == "UTF8 b C.UTF-8"


def test_nothing_listens_on_the_network(place: Path) -> None:
    with running(place) as server:
        assert psutil.Process(server.pid).net_connections(kind="inet") == []


def test_only_its_account_reaches_the_socket(place: Path) -> None:
    with running(place):
        assert stat.S_IMODE((place / "postgres" / "s").stat().st_mode) == 0o700


def test_it_never_runs_as_root(place: Path) -> None:
    with running(place) as server:
        assert psutil.Process(server.pid).uids().effective != 0


@pytest.mark.parametrize(("throw_away", "fsync"), [(True, "off"), (False, "on")])
def test_only_a_throw_away_server_skips_the_flush_to_disk(
    place: Path, throw_away: bool, fsync: str
) -> None:
    with running(place, throw_away=throw_away) as server:
        assert ask(server, "SHOW fsync") == fsync


def test_a_second_run_finds_the_data_of_the_first(place: Path) -> None:
    with running(place) as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with running(place) as server:
        assert ask(server, "SELECT number FROM kept") == 7


def test_committed_data_survive_a_kill(place: Path) -> None:
    server = server_in(place, throw_away=False)
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid or 0, signal.SIGKILL)
    server.stop()
    with running(place) as server:
        assert ask(server, "SELECT number FROM kept") == 7


def test_the_server_of_a_killed_run_is_stopped_before_the_next(place: Path) -> None:
    former = subprocess.run(
        [sys.executable, "-c", KILLED_RUN, str(place)],
        cwd=env.CHECKOUT,
        stdout=subprocess.PIPE,
        check=False,
    )
    assert psutil.pid_exists(int(former.stdout))
    with running(place) as server:
        assert server.pid != int(former.stdout)
        assert ask(server, "SELECT 1") == 1


def test_a_killed_server_is_found_by_its_data_without_our_pid_file(place: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", KILLED_RUN, str(place)],
        cwd=env.CHECKOUT,
        stdout=subprocess.PIPE,
        check=False,
    )
    (place / "postgres" / "postgres.pid").unlink()
    with running(place) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_recycled_pid_in_its_lock_file_does_not_keep_it_from_starting(place: Path) -> None:
    with running(place):
        pass
    (place / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with running(place) as server:
        assert ask(server, "SELECT 1") == 1


def test_an_interrupted_initialisation_is_begun_again(place: Path) -> None:
    ruin = place / "postgres" / "data.new"
    ruin.mkdir(parents=True)
    (ruin / "PG_VERSION").write_text("18\n")
    with running(place) as server:
        assert ask(server, "SELECT 1") == 1


def test_data_of_another_major_version_are_refused_with_the_way_out(place: Path) -> None:
    data = place / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(StartError, match=r"written by PostgreSQL 17.*restore the dump"):
        server_in(place).start()


def test_a_path_too_long_for_a_socket_gets_a_private_one_elsewhere(place: Path) -> None:
    deep = place / ("d" * 100)
    with running(deep) as server:
        sockets = Path((deep / "postgres" / "socket-directory").read_text())
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert ask(server, "SELECT 1") == 1
    assert not sockets.exists()


def test_the_address_stays_the_same_over_a_restart(place: Path) -> None:
    with running(place) as server:
        before = server.url()
        server.kill()
        server.start()
        assert server.url() == before
        assert ask(server, "SELECT 1") == 1


def test_the_callers_settings_for_libpq_do_not_reach_the_server(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    with running(place) as server, psycopg.connect(server.url()) as connection:
        assert connection.info.user == "postgres"


def test_creating_a_database_twice_changes_nothing(place: Path) -> None:
    with running(place) as server:
        server.create("second")
        server.create("second")
        with psycopg.connect(server.url("second")) as connection:
            assert connection.info.dbname == "second"


def test_dropping_a_database_ends_its_sessions(place: Path) -> None:
    with running(place) as server:
        server.create("second")
        with psycopg.connect(server.url("second")):
            server.drop("second")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(server.url("second"))


def test_two_servers_run_side_by_side(place: Path) -> None:
    with running(place / "a") as first, running(place / "b") as second:
        assert ask(first, "SELECT 1") == ask(second, "SELECT 1") == 1
