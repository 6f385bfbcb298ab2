import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance import env
from governance.embedded.addresses import own_port
from governance.mailcatcher import store
from tests.live.stack import environment, wait_for


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = own_port()
    command = ["manage.py", "mailcatcher", "--port", str(port), "--dir", str(tmp_path / "mail")]
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=env.CHECKOUT,
        env=environment(tmp_path, "postgresql:///none"),
    ) as process:
        yield process, port
        process.kill()


def send(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("bylaw@localhost", ["legal@example.org"], "Subject: due\n\nNow.")
    except OSError:
        return False
    return True


def test_what_is_sent_is_caught(
    catcher: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    assert wait_for(lambda: send(catcher[1]))
    assert [caught.subject for caught in store.newest(tmp_path / "mail")] == ["due"]


def test_it_ends_in_order_when_asked(catcher: tuple[subprocess.Popen[bytes], int]) -> None:
    assert wait_for(lambda: send(catcher[1]))
    catcher[0].terminate()
    assert catcher[0].wait(30) == 0
