"""What the application's role may do in the database, when it is another than the tables' owner.

What is kept for good is read and added to, by a right that the database checks before any trigger:
a table whose UPDATE a trigger of ours refuses gets no UPDATE, one that may be erased from gets it
for the columns in `settings.COLUMNS_THAT_GO` alone, only those in `settings.ROWS_THAT_GO` get
DELETE, none TRUNCATE. A role that owns nothing can switch off no
trigger, replace no function and drop no table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from governance.errors import Invalid, NotFound

#: Tables of the framework that the application reads, and the owner's migrations fill.
_OWNERS: Final = frozenset({"admin", "auth", "contenttypes"})
_MIGRATIONS: Final = "django_migrations"

_TABLES: Final = """
SELECT tables.relname, coalesce(bool_or(
    function.proname = 'bylaw_refuse_change' AND trigger.tgtype & 16 <> 0
    AND trigger.tgqual IS NULL AND trigger.tgattr = ''::int2vector
), false)
FROM pg_class AS tables
LEFT JOIN pg_trigger AS trigger ON trigger.tgrelid = tables.oid AND trigger.tgenabled <> 'D'
LEFT JOIN pg_proc AS function ON function.oid = trigger.tgfoid
WHERE tables.relnamespace = current_schema()::regnamespace AND tables.relkind IN ('r', 'p')
GROUP BY tables.relname ORDER BY tables.relname
"""
_ROLE: Final = """
SELECT role.rolsuper OR role.rolcreaterole OR role.rolreplication OR EXISTS (
    SELECT FROM pg_class AS tables
    WHERE tables.relnamespace = current_schema()::regnamespace
    AND pg_has_role(role.oid, tables.relowner, 'MEMBER')
) FROM pg_roles AS role WHERE role.rolname = %s
"""


@dataclass(frozen=True)
class Rights:
    table: str
    rights: Sequence[str]


def rights(database: BaseDatabaseWrapper) -> Sequence[Rights]:
    """For each table of the schema, by name, from the triggers that it has."""
    read, deleted, erased = _only_read(), _deleted(), _erased()
    with database.cursor() as cursor:
        cursor.execute(_TABLES)
        rows = cursor.fetchall()
    return [Rights(name, _rights(name, kept, read, deleted, erased)) for name, kept in rows]


def statements(role: str, database: BaseDatabaseWrapper) -> Sequence[str]:
    """SQL that gives `role` exactly these rights, whatever it had; to run in one transaction, as
    the owner, after each migration."""
    name = sql.Identifier(role)
    before = [
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON SCHEMA {schema} FROM {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    ]
    with database.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        fixed = {"schema": sql.Identifier(schema), "role": name}
        composed = [sql.SQL(each).format(**fixed) for each in before]
        composed += [_grant(each, name) for each in rights(database)]
        return [each.as_string(cursor.connection) for each in composed]


def apply(role: str, database: BaseDatabaseWrapper) -> None:
    """Raises NotFound, and Invalid for a role from which nothing can be kept."""
    check(role, database)
    with database.cursor() as cursor:
        # In one message: PostgreSQL takes it as one transaction, where none is open.
        cursor.execute(";\n".join(statements(role, database)))


def check(role: str, database: BaseDatabaseWrapper) -> None:
    """Raises NotFound, and Invalid for a role that is, or may become, an owner or more."""
    with database.cursor() as cursor:
        cursor.execute(_ROLE, [role])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(f"The database has no role {role}: CREATE ROLE {role} LOGIN PASSWORD '...'.")
    if row[0]:
        raise Invalid(
            f"The role {role} is a superuser, may make roles, or owns the tables: nothing can be "
            "kept from it. Give the application a role of its own."
        )


def make(role: str, password: str, database: BaseDatabaseWrapper) -> bool:
    """The application's role, where there is none of that name; whether one was made. The password
    goes to the server as its SCRAM verifier, for statements end up in logs."""
    with database.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return False
        link: Any = cursor.connection
        verifier = link.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        cursor.execute(made.format(sql.Identifier(role), sql.Literal(verifier.decode())))
    return True


def _rights(
    name: str,
    kept: bool,
    read: Iterable[str],
    deleted: Iterable[str],
    erased: Mapping[str, Sequence[str]],
) -> Sequence[str]:
    if name in read:
        return ["SELECT"]
    change = f"UPDATE ({', '.join(erased[name])})" if name in erased else "UPDATE"
    return [
        "SELECT",
        "INSERT",
        *([] if kept else [change]),
        *(["DELETE"] if name in deleted else []),
    ]


def _grant(each: Rights, role: sql.Identifier) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.SQL, each.rights))
    return sql.SQL("GRANT {} ON {} TO {}").format(listed, sql.Identifier(each.table), role)


def _only_read() -> frozenset[str]:
    models = [
        model
        for label in _OWNERS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    return frozenset({_MIGRATIONS, *(model._meta.db_table for model in models)})


def _deleted() -> frozenset[str]:
    return frozenset(apps.get_model(label)._meta.db_table for label in settings.ROWS_THAT_GO)


def _erased() -> Mapping[str, Sequence[str]]:
    return {
        apps.get_model(label)._meta.db_table: columns
        for label, columns in settings.COLUMNS_THAT_GO.items()
    }
