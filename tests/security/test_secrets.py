"""What must not be known stays where it is: in no answer, line of the log, table, package, measure
or output of a command."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from governance import clock, env
from governance.accounts import keys
from governance.accounts.models import ApiKey
from governance.ledger import sequencer
from incidents.evidence import exports, making
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import PASSWORD
from tests.security import walk

CANARY: Final = "canary-zq7f3"
#: In the place of every secret that the operator sets.
PLANTED: Final[dict[str, Any]] = {
    "METRICS_TOKEN": f"{CANARY}-metrics",
    "WITNESS_STORE_KEY": f"{CANARY}-store-key",
    "WITNESS_WEBHOOK_KEY": f"{CANARY}-webhook-key-of-32-bytes-".encode(),
    "DEADMAN_URL": f"https://watch.example.org/{CANARY}-deadman",
    "EMAIL_HOST_PASSWORD": f"{CANARY}-mail",
}


@pytest.fixture(scope="module")
def walked(world: None) -> Iterator[dict[str, Any]]:
    """Every door was tried with a key, a session, a wrong key and nothing; what was answered and
    logged meanwhile, and the secrets that were used."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger().addHandler(handler)
    with override_settings(**PLANTED), transaction.atomic():
        plain = factory.key()
        by_key, by_session = walk.tool(), walk.everybody().client
        by_key.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
        answers = {}
        for door in walk.all_doors():
            for by, caller in (("key", by_key), ("session", by_session), ("nobody", Client())):
                answer = walk.get(caller, door.address)
                answers[f"{by} {door.route}"] = answer.whole + str(answer.headers).encode()
            for method in walk.unsafe(door) if door.view is not None else ():
                answer = by_key.generic(method.upper(), door.address, b"{", "application/json")
                answers[f"{method} {door.route}"] = answer.content
        bearer = {"Authorization": f"Bearer {PLANTED['METRICS_TOKEN']}"}
        for path in ("/metrics", "/healthz", "/readyz"):
            answers[path] = Client().get(path, headers=bearer).content
        wrong = plain[:-1] + ("a" if plain[-1] != "a" else "b")
        walk.tool().get("/api/v1/me", headers={"Authorization": f"Bearer {wrong}"})
        by_session.post("/login/", {"username": "nobody", "password": f"{CANARY}-typed"})
        yield {"answers": answers, "log": lines.getvalue(), "key": plain.split("_", 2)[2]}
        transaction.set_rollback(True)
    logging.getLogger().removeHandler(handler)


def secrets(walked: dict[str, Any]) -> list[str]:
    return [CANARY, walked["key"], walked["key"][:-1], settings.SECRET_KEY, PASSWORD]


def test_no_answer_gives_a_secret_away(walked: dict[str, Any], house: None) -> None:
    told = {
        where: secret[:12]
        for where, said in walked["answers"].items()
        for secret in secrets(walked)
        if secret.encode() in said
    }
    assert told == {}
    assert len(walked["answers"]) > 300


def test_no_line_of_the_log_gives_a_secret_away(walked: dict[str, Any], house: None) -> None:
    assert walked["log"]
    assert [secret[:12] for secret in secrets(walked) if secret in walked["log"]] == []


def test_no_table_holds_a_secret_as_it_is(walked: dict[str, Any], house: None) -> None:
    """The audit trail, messages, kept answers, sessions: nothing but hashes and what is sealed."""
    held = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            for secret in secrets(walked):
                cursor.execute(
                    f'SELECT count(*) FROM "{name}" AS row WHERE row::text LIKE %s',  # noqa: S608
                    [f"%{secret}%"],
                )
                if cursor.fetchone()[0]:
                    held[name] = secret[:12]
    assert held == {}


def test_what_is_searched_for_is_found_where_it_is(walked: dict[str, Any], house: None) -> None:
    """The twin: the hash of the key that was used is where it belongs."""
    digest = keys._digest(walked["key"])
    assert ApiKey.objects.filter(digest=digest).count() == 1


def test_no_package_holds_a_secret(walked: dict[str, Any], house: None) -> None:
    at = clock.now()
    incident = Incident.objects.earliest("id")
    package = exports.of_incident(incident, by=factory.PERSON, at=at)
    sequencer.seal(at=at)
    making.work()
    with zipfile.ZipFile(exports.file(package)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert [secret[:12] for secret in secrets(walked) if secret.encode() in whole] == []


@pytest.mark.parametrize("name", sorted(env.SECRETS | env.ADDRESSES))
def test_what_is_set_is_told_without_what_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f"https://user:{CANARY}@h.example.org/x")
    assert CANARY not in str(env.effective())


def test_the_checks_say_what_is_wrong_and_no_secret(walked: dict[str, Any], house: None) -> None:
    said = io.StringIO()
    with override_settings(**PLANTED):
        call_command("check", "--deploy", "--fail-level", "CRITICAL", stdout=said, stderr=said)
    assert [secret[:12] for secret in secrets(walked) if secret in said.getvalue()] == []
