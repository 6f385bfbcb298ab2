"""A version's text never changes, and of one policy only one version is in force at a time.

The exclusion constraint needs an equality and an overlap in one GiST index. Equality of kind and
name is had from a one-element range of their 64-bit hash, so that no extension is needed.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION policies_keep_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.name, NEW.version, NEW.title, NEW.text, NEW.digest, NEW.origin,
        NEW.author, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.name, OLD.version, OLD.title, OLD.text, OLD.digest, OLD.origin,
        OLD.author, OLD.created_at)
    THEN
        RAISE EXCEPTION 'policy version %/%@% never changes', OLD.kind, OLD.name, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_version_text_kept BEFORE UPDATE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION policies_keep_text();
CREATE TRIGGER policy_version_not_deleted BEFORE DELETE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER policy_version_not_truncated BEFORE TRUNCATE ON policies_policyversion
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER release_kept BEFORE UPDATE OR DELETE ON policies_release
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER release_not_truncated BEFORE TRUNCATE ON policies_release
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

ALTER TABLE policies_policyversion ADD CONSTRAINT policy_one_in_force EXCLUDE USING gist (
    int8range(hashtextextended(kind || '/' || name, 0),
              hashtextextended(kind || '/' || name, 0), '[]') WITH &&,
    tstzrange(effective_from, effective_until) WITH &&
) WHERE (effective_from IS NOT NULL);
"""

BACKWARD = """
ALTER TABLE policies_policyversion DROP CONSTRAINT policy_one_in_force;
DROP TRIGGER release_not_truncated ON policies_release;
DROP TRIGGER release_kept ON policies_release;
DROP TRIGGER policy_version_not_truncated ON policies_policyversion;
DROP TRIGGER policy_version_not_deleted ON policies_policyversion;
DROP TRIGGER policy_version_text_kept ON policies_policyversion;
DROP FUNCTION policies_keep_text();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
