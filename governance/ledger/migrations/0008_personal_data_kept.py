"""Personal values go only when the entry of an erasure names them.

`bylaw_erasing` says whether the erasure of this transaction names a thing; `bylaw_only_erases`
whether a change does nothing but put the mark of an erased text, or nothing, in place of some
columns; in a list of things, in place of their names. Both serve other tables too.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION bylaw_erasing(named text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM ledger_entry
        WHERE id = nullif(current_setting('bylaw.erasure', true), '')::uuid
            AND verb = 'personal_data.erased' AND strpos(body, named) > 0
    )
$$;

CREATE FUNCTION bylaw_only_erases(was jsonb, becomes jsonb, named text, texts text[])
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT becomes - texts = was - texts AND bylaw_erasing(named) AND NOT EXISTS (
        SELECT FROM unnest(texts) AS name
        WHERE becomes -> name IS DISTINCT FROM was -> name
            AND becomes ->> name NOT IN ('[erased]', '\\x', '[]', '{}')
            AND becomes -> name IS DISTINCT FROM (
                SELECT jsonb_agg(each || '{"name": "[erased]"}') FROM jsonb_array_elements(
                    CASE jsonb_typeof(was -> name) WHEN 'array' THEN was -> name ELSE '[]' END
                ) AS each)
    )
$$;

CREATE FUNCTION bylaw_keep_personal_data() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT bylaw_erasing('sha256:' || encode(
        sha256(decode(OLD.salt, 'hex') || convert_to(OLD.value, 'UTF8')), 'hex'
    )) THEN
        RAISE EXCEPTION 'a personal value is kept as it was written until an erasure names it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER personal_data_erased BEFORE DELETE ON ledger_personaldata
    FOR EACH ROW EXECUTE FUNCTION bylaw_keep_personal_data();
CREATE TRIGGER personal_data_kept BEFORE UPDATE ON ledger_personaldata
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER personal_data_not_truncated BEFORE TRUNCATE ON ledger_personaldata
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER personal_data_not_truncated ON ledger_personaldata;
DROP TRIGGER personal_data_kept ON ledger_personaldata;
DROP TRIGGER personal_data_erased ON ledger_personaldata;
DROP FUNCTION bylaw_keep_personal_data();
DROP FUNCTION bylaw_only_erases(jsonb, jsonb, text, text[]);
DROP FUNCTION bylaw_erasing(text);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_personal_data")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
