"""What was kept as it was may be erased, where the entry of an erasure names it, and never under a
legal hold. Requests and holds stay as they were made; nobody approves an erasure of their own.
"""

from django.db import migrations

#: Table, trigger, what it does on change, columns that an erasure may mark.
KEPT = [
    ("submission", "submission_kept", "incidents_keep_submission", "body,salt"),
    ("decision", "decision_kept", "bylaw_refuse_change", "because"),
    ("moment", "moment_kept", "bylaw_refuse_change", "basis,source"),
    ("momentchoice", "moment_choice_kept", "bylaw_refuse_change", "because"),
    ("momentwithdrawal", "moment_withdrawal_kept", "bylaw_refuse_change", "because"),
    (
        "dispensation",
        "dispensation_kept",
        "incidents_keep_dispensation",
        "reason,evidence,note,ended_because",
    ),
    ("notice", "notice_kept", "incidents_keep_notice", "sent_to,comment,error,coverage"),
    ("noticerevision", "notice_revision_kept", "bylaw_refuse_change", "subject,body,enclosures"),
    ("attachment", "attachment_kept", "bylaw_refuse_change", "name"),
    ("reassessment", "reassessment_kept", "incidents_keep_reassessment", "reason,findings"),
]
#: Whose trigger served INSERT, or DELETE, too.
ALSO = {
    "dispensation": "INSERT",
    **dict.fromkeys(
        ("decision", "moment", "momentchoice", "momentwithdrawal", "noticerevision", "attachment"),
        "DELETE",
    ),
}


def _forward(table: str, trigger: str, function: str, columns: str) -> str:
    also = ALSO.get(table)
    other = (
        f"CREATE TRIGGER {trigger}_{also.lower()} BEFORE {also} ON incidents_{table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}();"
        if also
        else ""
    )
    return f"""
DROP TRIGGER {trigger} ON incidents_{table};
CREATE TRIGGER {trigger} BEFORE UPDATE ON incidents_{table} FOR EACH ROW
    WHEN (coalesce(current_setting('bylaw.erasure', true), '') = '' OR NOT bylaw_only_erases(
        to_jsonb(OLD), to_jsonb(NEW), OLD.id::text, '{{{columns}}}'))
    EXECUTE FUNCTION {function}();
{other}
"""


def _backward(table: str, trigger: str, function: str, columns: str) -> str:
    also = ALSO.get(table)
    other = f"DROP TRIGGER {trigger}_{also.lower()} ON incidents_{table};" if also else ""
    events = {"INSERT": "INSERT OR UPDATE", "DELETE": "UPDATE OR DELETE", None: "UPDATE"}[also]
    return f"""
{other}
DROP TRIGGER {trigger} ON incidents_{table};
CREATE TRIGGER {trigger} BEFORE {events} ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
"""


FORWARD = (
    "".join(_forward(*each) for each in KEPT)
    + """
ALTER TABLE incidents_filecontent DROP CONSTRAINT file_content_is_its_key;
ALTER TABLE incidents_filecontent ADD CONSTRAINT file_content_is_its_key CHECK (
    (sha256 = encode(sha256(data), 'hex') AND size = octet_length(data)) OR data = ''::bytea);
DROP TRIGGER file_content_kept ON incidents_filecontent;
CREATE TRIGGER file_content_kept_delete BEFORE DELETE ON incidents_filecontent
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE FUNCTION incidents_keep_file_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.data = ''::bytea THEN
            RAISE EXCEPTION 'a file has bytes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- Erased bytes may come anew; the check holds them to the key.
    IF (NEW.sha256, NEW.size) IS DISTINCT FROM (OLD.sha256, OLD.size) OR NOT (
        OLD.data = ''::bytea OR (NEW.data = ''::bytea AND bylaw_erasing(OLD.sha256))
    ) THEN
        RAISE EXCEPTION 'file % is kept as it was', OLD.sha256
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER file_content_kept BEFORE INSERT OR UPDATE ON incidents_filecontent
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_file_content();

CREATE FUNCTION incidents_keep_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' AND NEW.kept_class = '' THEN
            RAISE EXCEPTION 'an erasure begins as a request'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'requested'
       OR (NEW.id, NEW.incident_id, NEW.person, NEW.what, NEW.kept_class, NEW.ground, NEW.reason,
           NEW.requested_at, NEW.requested_by)
       IS DISTINCT FROM
          (OLD.id, OLD.incident_id, OLD.person, OLD.what, OLD.kept_class, OLD.ground, OLD.reason,
           OLD.requested_at, OLD.requested_by)
    THEN
        RAISE EXCEPTION 'erasure % is kept as it was asked for and decided', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by <> '' AND incidents_person_behind(NEW.requested_by) = NEW.decided_by THEN
        RAISE EXCEPTION 'nobody decides on an erasure of their own (erasure_takes_two)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER erasure_kept BEFORE INSERT OR UPDATE ON incidents_erasure
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_erasure();
CREATE TRIGGER erasure_not_deleted BEFORE DELETE ON incidents_erasure
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER erasure_not_truncated BEFORE TRUNCATE ON incidents_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_keep_legal_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL
       OR (NEW.id, NEW.incident_id, NEW.system, NEW.reason, NEW.placed_by, NEW.placed_at)
       IS DISTINCT FROM
          (OLD.id, OLD.incident_id, OLD.system, OLD.reason, OLD.placed_by, OLD.placed_at)
    THEN
        RAISE EXCEPTION 'legal hold % is kept as it was placed and released', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER legal_hold_kept BEFORE UPDATE ON incidents_legalhold
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_legal_hold();
CREATE TRIGGER legal_hold_not_deleted BEFORE DELETE ON incidents_legalhold
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER legal_hold_not_truncated BEFORE TRUNCATE ON incidents_legalhold
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_refuse_erasure_on_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM incidents_legalhold AS hold WHERE hold.released_at IS NULL AND (
            hold.incident_id = NEW.incident_id
            OR (hold.incident_id IS NULL AND hold.system = '')
            OR hold.system = (
                SELECT system FROM incidents_incident WHERE id = NEW.incident_id)))
    THEN
        RAISE EXCEPTION 'a legal hold forbids to erase this'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_erases_nothing_on_hold AFTER INSERT ON ledger_entry
    FOR EACH ROW WHEN (NEW.verb = 'personal_data.erased')
    EXECUTE FUNCTION incidents_refuse_erasure_on_hold();
"""
)

BACKWARD = (
    """
DROP TRIGGER ledger_entry_erases_nothing_on_hold ON ledger_entry;
DROP FUNCTION incidents_refuse_erasure_on_hold();
DROP TRIGGER legal_hold_not_truncated ON incidents_legalhold;
DROP TRIGGER legal_hold_not_deleted ON incidents_legalhold;
DROP TRIGGER legal_hold_kept ON incidents_legalhold;
DROP FUNCTION incidents_keep_legal_hold();
DROP TRIGGER erasure_not_truncated ON incidents_erasure;
DROP TRIGGER erasure_not_deleted ON incidents_erasure;
DROP TRIGGER erasure_kept ON incidents_erasure;
DROP FUNCTION incidents_keep_erasure();
DROP TRIGGER file_content_kept ON incidents_filecontent;
DROP FUNCTION incidents_keep_file_content();
DROP TRIGGER file_content_kept_delete ON incidents_filecontent;
CREATE TRIGGER file_content_kept BEFORE UPDATE OR DELETE ON incidents_filecontent
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
ALTER TABLE incidents_filecontent DROP CONSTRAINT file_content_is_its_key;
ALTER TABLE incidents_filecontent ADD CONSTRAINT file_content_is_its_key CHECK (
    sha256 = encode(sha256(data), 'hex') AND size = octet_length(data));
"""
    + "".join(_backward(*each) for each in reversed(KEPT))
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_erasure"), ("ledger", "0008_personal_data_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
