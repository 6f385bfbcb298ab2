"""The whole service as a database role that owns nothing: it does its work, and what is kept for
good is beyond its reach, whoever has its password."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import errors, sql

from tests.flows.tool import Tool, mails, outage
from tests.live import servers
from tests.live.stack import Stack, environment, manage, wait_for

OWNER: Final = "split_owner"
APPLICATION: Final = "split_application"
KEPT: Final = (
    "ledger_entry",
    "ledger_leaf",
    "ledger_checkpoint",
    "ledger_signingkey",
    "incidents_decision",
    "incidents_moment",
    "incidents_momentchoice",
    "incidents_noticerevision",
    "incidents_filecontent",
    "policies_policyreview",
    "policies_release",
)
#: Tables whose rows move on, and never go.
LASTING: Final = ("incidents_incident", "incidents_submission", "accounts_user", "ledger_tile")


def _server() -> psycopg.Connection[tuple[object, ...]]:
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    return psycopg.connect(f"{base}/postgres", autocommit=True)


def _as(role: str, url: str) -> str:
    return url.replace("://postgres@", f"://{role}:a-password@", 1)


@pytest.fixture(scope="module")
def roles(running_servers: None) -> Iterator[None]:
    """The owner, who may make the application's role; `prepare` does."""
    with _server() as server:
        made = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(sql.Identifier(OWNER))
        server.execute(made)
    yield
    with _server() as server:
        for role in (APPLICATION, OWNER):
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@pytest.fixture(scope="module")
def database(roles: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A database that the owner has migrated; yields the addresses of owner and application."""
    with servers.database("split") as url:
        with _server() as server:
            server.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                    sql.Identifier("split"), sql.Identifier(OWNER)
                )
            )
        owner, application = _as(OWNER, url), _as(APPLICATION, url)
        given = environment(tmp_path_factory.mktemp("split"), application)
        manage(given | {"BYLAW_OWNER_DATABASE_URL": owner}, "prepare")
        yield owner, application


@pytest.fixture(scope="module")
def stack(database: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), database_url=database[1]) as running:
        yield running


def run(url: str, statement: str, *names: str) -> None:
    """In a transaction that is undone."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        connection.rollback()


def test_an_incident_is_reported_told_of_swept_and_sealed(tool: Tool, stack: Stack) -> None:
    incident = tool.report(outage())
    assert mails(stack, "commander@example.org", incident["reference"], within=60)
    assert mails(stack, "executive@example.org", incident["reference"], within=60)
    path = f"/incidents/{incident['reference']}"
    tool.post(f"{path}/acknowledgement", {})
    assert "incident.acknowledged" in tool.verbs(incident)
    unsealed = (
        "SELECT 1 FROM ledger_entry LEFT JOIN ledger_leaf ON entry_id = ledger_entry.id"
        " WHERE incident_id = %s AND index IS NULL"
    )
    assert not wait_for(lambda: stack.rows(unsealed, incident["id"]), until=lambda rows: not rows)
    stack.wait_until_ready()


@pytest.mark.parametrize("table", [*KEPT, *LASTING])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "DROP TABLE {} CASCADE",
        "CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION bylaw_refuse_change()",
        "CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING",
        "ALTER TABLE {} ADD COLUMN mine text",
    ],
)
def test_the_application_may_not(database: tuple[str, str], table: str, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(database[1], statement, table)


@pytest.mark.parametrize("table", KEPT)
def test_the_application_may_not_update_what_is_kept(database: tuple[str, str], table: str) -> None:
    with psycopg.connect(database[1]) as connection:
        cursor = connection.execute(
            sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table))
        )
        column = cursor.description[0].name  # type: ignore[index]
    with pytest.raises(errors.InsufficientPrivilege):
        run(database[1], "UPDATE {} SET {} = NULL", table, column)


@pytest.mark.parametrize(
    ("table", "column"), [("incidents_decision", "text"), ("incidents_noticerevision", "digest")]
)
def test_the_application_may_change_nothing_but_what_an_erasure_marks(
    database: tuple[str, str], table: str, column: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(database[1], "UPDATE {} SET {} = NULL", table, column)


def test_not_even_that_without_an_erasure_on_record(
    database: tuple[str, str], tool: Tool, stack: Stack
) -> None:
    tool.report(outage())
    for statement in (
        "UPDATE incidents_decision SET because = '[erased]'",
        "UPDATE incidents_submission SET body = '', salt = '[erased]'",
    ):
        with pytest.raises(errors.RestrictViolation):
            run(database[1], statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        f"SET ROLE {OWNER}",
        "CREATE OR REPLACE FUNCTION bylaw_refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "DROP FUNCTION bylaw_refuse_change() CASCADE",
        "ALTER FUNCTION bylaw_refuse_change() RENAME TO gone",
        "CREATE TABLE mine (id int)",
        "UPDATE django_migrations SET applied = now()",
        "ALTER DEFAULT PRIVILEGES FOR ROLE " + OWNER + " GRANT ALL ON TABLES TO PUBLIC",
    ],
)
def test_the_application_may_not_change_what_keeps_it(
    database: tuple[str, str], statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        run(database[1], statement)


def test_the_application_cannot_give_itself_a_right(database: tuple[str, str]) -> None:
    """PostgreSQL takes the statement, warns, and grants nothing."""
    with psycopg.connect(database[1]) as connection:
        connection.execute("GRANT ALL ON ledger_entry TO " + APPLICATION)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM ledger_entry")


@pytest.mark.parametrize(
    "statement", ["ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TABLE {} CASCADE"]
)
def test_the_owner_may_which_is_why_it_is_another(
    database: tuple[str, str], statement: str
) -> None:
    """The twin: the same statements succeed for the role that no process of the service has. (Of
    `ALL`, those of foreign keys take a superuser.)"""
    run(database[0], statement.replace("TRIGGER ALL", "TRIGGER USER"), "ledger_entry")


def test_preparing_again_gives_a_new_table_its_rights(
    database: tuple[str, str], tmp_path: Path
) -> None:
    owner, application = database
    with psycopg.connect(owner) as connection:
        connection.execute("REVOKE ALL ON incidents_timer FROM " + APPLICATION)
        connection.execute("GRANT DELETE ON ledger_entry TO " + APPLICATION)
    with pytest.raises(errors.InsufficientPrivilege):
        run(application, "SELECT FROM incidents_timer")
    given = environment(tmp_path, application) | {"BYLAW_OWNER_DATABASE_URL": owner}
    assert "No migrations to apply" in manage(given, "prepare").stderr
    run(application, "SELECT FROM incidents_timer")
    with pytest.raises(errors.InsufficientPrivilege):
        run(application, "DELETE FROM ledger_entry WHERE false")


def test_the_command_prints_what_prepare_runs(database: tuple[str, str], tmp_path: Path) -> None:
    given = environment(tmp_path, database[1])
    printed = manage(given, "database_roles", "--application", APPLICATION).stdout
    lines = printed.splitlines()
    assert (lines[0], lines[-1]) == ("BEGIN;", "COMMIT;")
    assert f'GRANT SELECT, INSERT ON "ledger_entry" TO "{APPLICATION}";' in lines
    assert f'GRANT SELECT, INSERT, UPDATE ON "incidents_incident" TO "{APPLICATION}";' in lines
    assert not [line for line in lines if "TRUNCATE" in line or "GRANT ALL" in line]


@pytest.mark.parametrize("role", [OWNER, "postgres"])
def test_a_role_from_which_nothing_can_be_kept_is_refused(
    database: tuple[str, str], tmp_path: Path, role: str
) -> None:
    owner, application = database
    given = environment(tmp_path, application.replace(f"{APPLICATION}:", f"{role}:"))
    done = manage(given | {"BYLAW_OWNER_DATABASE_URL": owner}, "prepare", check=False)
    assert done.returncode == 1
    assert "nothing can be kept from it" in done.stderr
