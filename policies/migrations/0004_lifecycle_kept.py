"""Nobody approves their own text, states follow their order, and what was reviewed is kept.

Beside the constraints in the models, because Django has no words for these.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE policies_policyversion
    ADD CONSTRAINT policy_has_an_author CHECK (cardinality(authors) > 0),
    ADD CONSTRAINT policy_author_never_approves CHECK (NOT approved_by = ANY (authors)),
    ADD CONSTRAINT policy_approved_has_approver CHECK ((status = 'approved') = (approved_by <> '')),
    -- A person; or set-up, and then only for what it installed from files, which no person wrote
    -- here.
    ADD CONSTRAINT policy_approver_is_a_person CHECK (
        approved_by = '' OR approved_by LIKE 'user:%'
        OR (approved_by = 'system:setup' AND cardinality(authors) = 1
            AND (authors[1] LIKE 'pack:%' OR authors[1] LIKE 'files:%'))
    ),
    ADD CONSTRAINT policy_retirement_takes_two CHECK (
        (retire_at IS NULL) = (retire_asked_by = '')
        AND (retired_by = '' OR (retired_by LIKE 'user:%' AND retire_asked_by <> ''
                                 AND retired_by <> retire_asked_by
                                 AND effective_until IS NOT NULL))
    );

CREATE OR REPLACE FUNCTION policies_keep_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.name, NEW.origin, NEW.author, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.name, OLD.origin, OLD.author, OLD.created_at)
       OR ((NEW.title, NEW.text, NEW.digest) IS DISTINCT FROM (OLD.title, OLD.text, OLD.digest)
           AND NOT (OLD.status = 'draft' AND NEW.status = 'draft'))
       OR (NEW.version <> OLD.version AND NOT (OLD.status = 'draft' AND OLD.revision = 0))
    THEN
        RAISE EXCEPTION 'policy version %/%@% never changes', OLD.kind, OLD.name, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT NEW.authors @> OLD.authors THEN
        RAISE EXCEPTION 'an author of a policy version stays its author'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'in_review'), ('in_review', 'draft'), ('in_review', 'approved'),
        ('approved', 'in_review'))
    THEN
        RAISE EXCEPTION 'a policy version does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approved_by <> OLD.approved_by
       AND NEW.approved_by <> '' AND NEW.approved_by NOT LIKE 'user:%'
    THEN
        RAISE EXCEPTION 'only a person approves a policy version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION policies_keep_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' OR OLD.revision > 0 THEN
        RAISE EXCEPTION 'policy version %/%@% is kept as it was submitted',
            OLD.kind, OLD.name, OLD.version USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER policy_version_not_deleted ON policies_policyversion;
CREATE TRIGGER policy_version_not_deleted BEFORE DELETE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION policies_keep_submitted();

CREATE TRIGGER policy_review_kept BEFORE UPDATE OR DELETE ON policies_policyreview
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER policy_review_not_truncated BEFORE TRUNCATE ON policies_policyreview
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER policy_review_not_truncated ON policies_policyreview;
DROP TRIGGER policy_review_kept ON policies_policyreview;
DROP TRIGGER policy_version_not_deleted ON policies_policyversion;
CREATE TRIGGER policy_version_not_deleted BEFORE DELETE ON policies_policyversion
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
DROP FUNCTION policies_keep_submitted();
CREATE OR REPLACE FUNCTION policies_keep_text() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE policies_policyversion
    DROP CONSTRAINT policy_retirement_takes_two,
    DROP CONSTRAINT policy_approver_is_a_person,
    DROP CONSTRAINT policy_approved_has_approver,
    DROP CONSTRAINT policy_author_never_approves,
    DROP CONSTRAINT policy_has_an_author;
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_lifecycle")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
