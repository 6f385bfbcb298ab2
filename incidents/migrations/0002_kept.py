"""What was sent, decided and recorded stays as it was; and the sequence of incident numbers.

Numbers come from a sequence and not from a counter row, which would make reports wait for each
other's commits; so a number whose transaction failed is missing, and that is no lost report.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE incidents_reference;

CREATE TRIGGER decision_kept BEFORE UPDATE OR DELETE ON incidents_decision
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER decision_not_truncated BEFORE TRUNCATE ON incidents_decision
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER moment_kept BEFORE UPDATE OR DELETE ON incidents_moment
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER moment_not_truncated BEFORE TRUNCATE ON incidents_moment
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER submission_kept BEFORE UPDATE ON incidents_submission
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_submission();
CREATE TRIGGER submission_not_deleted BEFORE DELETE ON incidents_submission
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER submission_not_truncated BEFORE TRUNCATE ON incidents_submission
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER submission_not_truncated ON incidents_submission;
DROP TRIGGER submission_not_deleted ON incidents_submission;
DROP TRIGGER submission_kept ON incidents_submission;
DROP FUNCTION incidents_keep_submission();
DROP TRIGGER moment_not_truncated ON incidents_moment;
DROP TRIGGER moment_kept ON incidents_moment;
DROP TRIGGER decision_not_truncated ON incidents_decision;
DROP TRIGGER decision_kept ON incidents_decision;
DROP SEQUENCE incidents_reference;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
