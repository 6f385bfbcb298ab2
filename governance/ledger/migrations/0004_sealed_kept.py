"""Every entry is queued for sealing, whichever door it came through; what is sealed stays so.

A place, a checkpoint and a key are never changed. A tile only grows at its end.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bylaw_queue_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_unsealed (entry_id, since)
        SELECT id, clock_timestamp() FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_queued AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bylaw_queue_entries();
INSERT INTO ledger_unsealed (entry_id, since)
    SELECT id, clock_timestamp() FROM ledger_entry;

CREATE TRIGGER ledger_leaf_kept BEFORE UPDATE OR DELETE ON ledger_leaf
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_leaf_not_truncated BEFORE TRUNCATE ON ledger_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_checkpoint_kept BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_checkpoint_not_truncated BEFORE TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_signingkey_kept BEFORE UPDATE OR DELETE ON ledger_signingkey
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_signingkey_not_truncated BEFORE TRUNCATE ON ledger_signingkey
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION bylaw_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.level, NEW.number) IS DISTINCT FROM (OLD.level, OLD.number)
        OR length(NEW.hashes) <= length(OLD.hashes) OR length(NEW.hashes) > 8192
        OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) IS DISTINCT FROM OLD.hashes
    THEN
        RAISE EXCEPTION 'a tile of the log only grows at its end'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_tile_grows BEFORE UPDATE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION bylaw_tile_grows();
CREATE TRIGGER ledger_tile_kept BEFORE DELETE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER ledger_tile_not_truncated BEFORE TRUNCATE ON ledger_tile
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
"""

BACKWARD = """
DROP TRIGGER ledger_tile_not_truncated ON ledger_tile;
DROP TRIGGER ledger_tile_kept ON ledger_tile;
DROP TRIGGER ledger_tile_grows ON ledger_tile;
DROP FUNCTION bylaw_tile_grows();
DROP TRIGGER ledger_signingkey_not_truncated ON ledger_signingkey;
DROP TRIGGER ledger_signingkey_kept ON ledger_signingkey;
DROP TRIGGER ledger_checkpoint_not_truncated ON ledger_checkpoint;
DROP TRIGGER ledger_checkpoint_kept ON ledger_checkpoint;
DROP TRIGGER ledger_leaf_not_truncated ON ledger_leaf;
DROP TRIGGER ledger_leaf_kept ON ledger_leaf;
DROP TRIGGER ledger_entry_queued ON ledger_entry;
DROP FUNCTION bylaw_queue_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sealed")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
