"""Entries can be added and read, nothing else: not even by a superuser who forgets himself.

`bylaw_refuse_change` serves other append-only tables too.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bylaw_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are kept as they were written', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_kept BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_entry_not_truncated BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER ledger_entry_not_truncated ON ledger_entry;
DROP TRIGGER ledger_entry_kept ON ledger_entry;
DROP FUNCTION bylaw_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
