"""Reading personal data becomes a scope of its own; a key that could read it so far keeps that.

Which migration was applied when is an entry of the audit trail (`software.updated`), so this is on
record without one for each key. Backwards the scope is taken from all keys: it meant nothing then,
and a key that has no other scope stays as it is, because a key has at least one.
"""

from typing import Any

from django.db import migrations

_READING = ["evidence:export", "incidents:read", "incidents:respond", "ledger:read"]
_GIVE = """
UPDATE accounts_apikey SET scopes = scopes || '{personal:read}'
WHERE scopes && %s::varchar[] AND NOT scopes @> '{personal:read}'
"""
_TAKE = """
UPDATE accounts_apikey SET scopes = array_remove(scopes, 'personal:read')
WHERE scopes @> '{personal:read}' AND cardinality(scopes) > 1
"""


def give(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_GIVE, [_READING])


def take(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_TAKE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_teams")]

    operations = [migrations.RunPython(give, take)]
