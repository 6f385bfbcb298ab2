"""The test run's own PostgreSQL and Valkey, and the fixtures that reach the real thing.

Django's settings read the environment once, so this module sets it and then loads Django, before
any other conftest or test is imported; `pyproject.toml` therefore names no settings module.

With BYLAW_TEST_STRICT=1 a test that is skipped, or left out for want of a browser, fails the run.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import django
import hypothesis
import pytest
import redis
from django.conf import settings

from tests.live import browser, servers
from tests.live.mail import MailServer
from tests.live.servers import Servers
from tests.live.stack import Stack, environment, manage

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")
_STRICT: Final = os.environ.get("BYLAW_TEST_STRICT", "") == "1"
_SERVERS: Final = None if servers.WORKER else Servers()
if _SERVERS is not None:
    atexit.register(_SERVERS.stop)
servers.isolate(_SERVERS)
if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests load their own settings.")
if "governance.env" in sys.modules:
    raise pytest.UsageError("governance.env was imported before its environment was set.")
os.environ["DJANGO_SETTINGS_MODULE"] = "governance.settings"
django.setup()
# An xdist worker that inherited it would load the settings before it is isolated.
del os.environ["DJANGO_SETTINGS_MODULE"]

#: Imported once Django is there.
pytest_plugins = ["tests.committed"]
_NO_BROWSER: Final = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NO_BROWSER] = []
    if _SERVERS is not None and config.getoption("numprocesses", None):
        _SERVERS.start()  # in the controller, whose workers come and go


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the browser tests where there is no browser; the summary says so."""
    wanting = [item for item in items if "chromium_path" in getattr(item, "fixturenames", ())]
    if not wanting or browser.chromium():
        return
    left_out = {id(item) for item in wanting}
    items[:] = [item for item in items if id(item) not in left_out]
    config.stash[_NO_BROWSER] += [item.nodeid for item in wanting]
    config.hook.pytest_deselected(items=wanting)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["no_browser"] = session.config.stash[_NO_BROWSER]
    elif _STRICT and _not_run(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left_out = getattr(node, "workeroutput", {}).get("no_browser", [])
    known = node.config.stash[_NO_BROWSER]
    known += [nodeid for nodeid in left_out if nodeid not in known]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    left_out = config.stash[_NO_BROWSER]
    if left_out:
        terminalreporter.section("NOT RUN: no Chromium or Chrome was found", red=True)
        for nodeid in left_out:
            terminalreporter.line(nodeid)
    if _STRICT and _not_run(config):
        terminalreporter.line(
            "BYLAW_TEST_STRICT: every test must run, so this run fails.", red=True
        )


def _not_run(config: pytest.Config) -> bool:
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return bool(config.stash[_NO_BROWSER] or (reporter and reporter.stats.get("skipped")))


# --- servers -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def running_servers() -> None:
    """PostgreSQL and Valkey run from here on, at DATABASE_URL and REDIS_URL."""
    if _SERVERS is not None:
        _SERVERS.start()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    running_servers: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django asks for this before it creates its test database."""


@pytest.fixture
def broker(running_servers: None) -> Iterator["redis.Redis"]:
    """A client of this worker's own Valkey database, empty at the start of the test."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()
        yield client


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Without a browser, tests that ask for this are not collected."""
    found = browser.chromium()
    assert found is not None
    return found


# --- the whole service -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def prepared_database(
    running_servers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a database that `manage.py prepare` made, for copying: nobody connects to it."""
    name = f"prepared_{servers.WORKER or 'only'}"
    with servers.database(name) as url:
        manage(environment(tmp_path_factory.mktemp("prepare"), url), "prepare")
        yield name


@pytest.fixture(scope="module")
def stack_settings() -> dict[str, str]:
    """A module may have the stack with other settings."""
    return {}


@pytest.fixture(scope="module")
def stack(
    prepared_database: str,
    stack_settings: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Web, worker and beat as real processes, with a database, a Valkey and a mail server of their
    own, for one module. Leave everything running at the end of a test."""
    directory: Path = tmp_path_factory.mktemp("stack")
    name = f"stack_{servers.WORKER or 'only'}_{os.urandom(4).hex()}"
    with (
        servers.database(name, template=prepared_database) as url,
        Stack(directory, database_url=url, settings=stack_settings) as running,
    ):
        yield running
