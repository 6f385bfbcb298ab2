"""The audit of dependencies: pip-audit itself against a service of advisories of our own."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from governance import advisories
from tests.live.web import Asked, WebServer

LOCK = "idna==3.6 --hash=sha256:{0}\nsix==1.16.0 --hash=sha256:{0}\n".format("ab" * 32)
TODAY = date(2026, 11, 29)
FAULT = {
    "id": "GHSA-jjg7-2v4v-x38h",
    "aliases": ["CVE-2024-3651"],
    "summary": "Slow.",
    "affected": [
        {
            "package": {"name": "idna", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.7"}]}],
        }
    ],
}


def of_idna(asked: Asked) -> bytes:
    name = json.loads(asked.body)["package"]["name"]
    return json.dumps({"vulns": [FAULT]} if name == "idna" else {}).encode()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    server = WebServer(respond=of_idna)
    server.start()
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"{server.url}/v1/query")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.stop()


def audit(tmp_path: Path, exceptions: str = "") -> str:
    lock, accepted, said = tmp_path / "lock", tmp_path / "exceptions.toml", io.StringIO()
    lock.write_text(LOCK)
    accepted.write_text(exceptions)
    call_command("advisories", lock=str(lock), exceptions=str(accepted), stdout=said)
    return said.getvalue()


def exception(until: str) -> str:
    return f'[[accepted]]\nid = "CVE-2024-3651"\nreason = "No input of others."\nuntil = {until}\n'


def test_a_known_fault_fails_and_says_where_it_is_mended(
    service: WebServer, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=r"idna 3\.6 has CVE-2024-3651; fixed in 3\.7\."):
        audit(tmp_path)


def test_one_that_is_accepted_does_not_fail_until_its_day(
    service: WebServer, tmp_path: Path
) -> None:
    assert "Accepted until 2999-01-31: No input of others." in audit(
        tmp_path, exception("2999-01-31")
    )
    with pytest.raises(CommandError, match="Accepted until 2020-01-31"):
        audit(tmp_path, exception("2020-01-31"))


def test_without_a_fault_it_says_how_many_were_looked_up(
    service: WebServer, tmp_path: Path
) -> None:
    service.respond = None
    service.body = b"{}"
    assert audit(tmp_path) == "2 packages, no fault that is not accepted.\n"


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_does_not_answer_is_said_and_fails_nothing(
    service: WebServer, tmp_path: Path, status: int
) -> None:
    service.status = status
    assert audit(tmp_path).startswith("NOT AUDITED")


def test_a_service_that_is_away_is_said_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:1/v1/query")
    assert audit(tmp_path).startswith("NOT AUDITED")


def answer(*packages: Any) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def skipped(name: str) -> dict[str, str]:
    return {"name": name, "skip_reason": f"Dependency not found on PyPI: {name}"}


def test_that_every_package_was_left_out_is_no_clean_answer() -> None:
    found = advisories.judge(answer(skipped("a"), skipped("b")), [], today=TODAY)
    assert (found.reached, found.faults) == (False, [])


def test_that_some_were_left_out_is_said() -> None:
    found = advisories.judge(
        answer({"name": "a", "version": "1", "vulns": []}, skipped("b")), [], today=TODAY
    )
    assert (found.reached, found.notes) == (True, ["Could not be looked up: b."])


def test_an_exception_of_nothing_is_said() -> None:
    (known,) = advisories.accepted(exception("2026-12-31"))
    found = advisories.judge(
        answer({"name": "a", "version": "1", "vulns": []}), [known], today=TODAY
    )
    assert found.notes == ["The exception CVE-2024-3651 is of no package any more: take it out."]


@pytest.mark.parametrize(
    "text",
    [
        '[[accepted]]\nid = "X"\nreason = "Why."',
        '[[accepted]]\nid = "X"\nuntil = 2026-12-31',
        '[[accepted]]\nreason = "Why."\nuntil = 2026-12-31',
        '[[accepted]]\nid = "X"\nreason = "Why."\nuntil = "soon"',
    ],
)
def test_an_exception_has_an_id_a_reason_and_an_end(text: str) -> None:
    with pytest.raises(ValueError, match="an id, a reason and a day"):
        advisories.accepted(text)


def test_what_we_accept_is_read() -> None:
    text = Path(advisories.__file__).with_suffix(".toml").read_text()
    assert isinstance(advisories.accepted(text), list)
