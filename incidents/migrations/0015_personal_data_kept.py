"""What was sent stays as it was sent, its salt too, until an erasure names it."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION incidents_keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.received_at, NEW.actor, NEW.salt, NEW.body_digest, NEW.idempotency_key)
       IS DISTINCT FROM
       (OLD.id, OLD.received_at, OLD.actor, OLD.salt, OLD.body_digest, OLD.idempotency_key)
       OR NEW.body IS DISTINCT FROM OLD.body
    THEN
        RAISE EXCEPTION 'submission % is kept as it was sent', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION incidents_keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.received_at, NEW.actor, NEW.body, NEW.body_digest, NEW.idempotency_key)
       IS DISTINCT FROM
       (OLD.id, OLD.received_at, OLD.actor, OLD.body, OLD.body_digest, OLD.idempotency_key)
    THEN
        RAISE EXCEPTION 'submission % is kept as it was sent', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_personal_data"), ("ledger", "0008_personal_data_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
