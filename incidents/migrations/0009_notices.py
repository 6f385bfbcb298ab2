"""Notices, their texts and files. Nobody approves a text of their own, only the text that was
approved leaves, and what left or was added stays as it was: the database says so too.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import governance.ids
from django.db import migrations, models

FORWARD = """
ALTER TABLE incidents_notice
    ADD CONSTRAINT notice_has_an_editor CHECK (cardinality(editors) > 0),
    ADD CONSTRAINT notice_editor_never_approves CHECK (NOT approved_by = ANY (editors)),
    ADD CONSTRAINT notice_approver_is_a_person CHECK (
        approved_by = '' OR approved_by LIKE 'user:%');
ALTER TABLE incidents_filecontent
    ADD CONSTRAINT file_content_is_its_key CHECK (
        sha256 = encode(sha256(data), 'hex') AND size = octet_length(data));

CREATE FUNCTION incidents_begin_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.revision <> 1 OR NEW.approved_by <> '' THEN
        RAISE EXCEPTION 'a notice begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_begins BEFORE INSERT ON incidents_notice
    FOR EACH ROW EXECUTE FUNCTION incidents_begin_notice();

CREATE FUNCTION incidents_keep_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'filed', 'withdrawn')
       OR (NEW.id, NEW.incident_id, NEW.duty_id, NEW.clock_id, NEW.drafted_by, NEW.drafted_at)
          IS DISTINCT FROM
          (OLD.id, OLD.incident_id, OLD.duty_id, OLD.clock_id, OLD.drafted_by, OLD.drafted_at)
    THEN
        RAISE EXCEPTION 'notice % is kept as it was', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT NEW.editors @> OLD.editors THEN
        RAISE EXCEPTION 'an editor of a notice stays its editor'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'in_review'), ('draft', 'sending'), ('draft', 'sent'), ('draft', 'filed'),
        ('draft', 'withdrawn'), ('in_review', 'draft'), ('in_review', 'approved'),
        ('in_review', 'sent'), ('in_review', 'withdrawn'), ('approved', 'draft'),
        ('approved', 'sending'), ('approved', 'sent'), ('approved', 'filed'),
        ('approved', 'withdrawn'), ('sending', 'sent'), ('sending', 'approved'),
        ('sending', 'draft'))
    THEN
        RAISE EXCEPTION 'a notice does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Another text, or another template, is a draft without approval.
    IF (NEW.revision, NEW.template, NEW.template_digest, NEW.approval_role, NEW.language)
       IS DISTINCT FROM
       (OLD.revision, OLD.template, OLD.template_digest, OLD.approval_role, OLD.language)
       AND NOT (NEW.revision = OLD.revision + 1 AND NEW.state = 'draft' AND NEW.approved_by = ''
                AND OLD.state <> 'sending')
    THEN
        RAISE EXCEPTION 'another text of notice % is a draft without approval', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.approved_by, NEW.approved_at, NEW.approved_digest) IS DISTINCT FROM
       (OLD.approved_by, OLD.approved_at, OLD.approved_digest) AND NEW.approved_by <> ''
    THEN
        PERFORM incidents_check_approval(OLD.state, NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION incidents_check_approval(former varchar, notice incidents_notice) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF former <> 'in_review' OR notice.state <> 'approved' THEN
        RAISE EXCEPTION 'notice % is not in review', notice.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM incidents_noticerevision
               WHERE notice_id = notice.id AND person = notice.approved_by) THEN
        RAISE EXCEPTION 'whoever wrote of notice % does not approve it', notice.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM incidents_noticerevision
                   WHERE notice_id = notice.id AND number = notice.revision
                     AND digest = notice.approved_digest) THEN
        RAISE EXCEPTION 'the approval is not of the present text of notice %', notice.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM accounts_user
                   WHERE 'user:' || id = notice.approved_by AND is_active
                     AND (notice.approval_role = '' OR notice.approval_role = ANY (roles))) THEN
        RAISE EXCEPTION 'notice % is approved by nobody who may', notice.id
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
CREATE TRIGGER notice_kept BEFORE UPDATE ON incidents_notice
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_notice();
CREATE TRIGGER notice_not_deleted BEFORE DELETE ON incidents_notice
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER notice_not_truncated BEFORE TRUNCATE ON incidents_notice
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_add_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM incidents_notice
                   WHERE id = NEW.notice_id AND state = 'draft' AND revision = NEW.number
                     AND NEW.person = ANY (editors)) THEN
        RAISE EXCEPTION 'text % is not that of a draft of notice %', NEW.number, NEW.notice_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_revision_added BEFORE INSERT ON incidents_noticerevision
    FOR EACH ROW EXECUTE FUNCTION incidents_add_revision();
CREATE TRIGGER notice_revision_kept BEFORE UPDATE OR DELETE ON incidents_noticerevision
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER notice_revision_not_truncated BEFORE TRUNCATE ON incidents_noticerevision
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE TRIGGER file_content_kept BEFORE UPDATE OR DELETE ON incidents_filecontent
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER file_content_not_truncated BEFORE TRUNCATE ON incidents_filecontent
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER attachment_kept BEFORE UPDATE OR DELETE ON incidents_attachment
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER attachment_not_truncated BEFORE TRUNCATE ON incidents_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER attachment_not_truncated ON incidents_attachment;
DROP TRIGGER attachment_kept ON incidents_attachment;
DROP TRIGGER file_content_not_truncated ON incidents_filecontent;
DROP TRIGGER file_content_kept ON incidents_filecontent;
DROP TRIGGER notice_revision_not_truncated ON incidents_noticerevision;
DROP TRIGGER notice_revision_kept ON incidents_noticerevision;
DROP TRIGGER notice_revision_added ON incidents_noticerevision;
DROP FUNCTION incidents_add_revision();
DROP TRIGGER notice_not_truncated ON incidents_notice;
DROP TRIGGER notice_not_deleted ON incidents_notice;
DROP TRIGGER notice_kept ON incidents_notice;
DROP TRIGGER notice_begins ON incidents_notice;
DROP FUNCTION incidents_keep_notice();
DROP FUNCTION incidents_check_approval(varchar, incidents_notice);
DROP FUNCTION incidents_begin_notice();
ALTER TABLE incidents_filecontent DROP CONSTRAINT file_content_is_its_key;
ALTER TABLE incidents_notice
    DROP CONSTRAINT notice_approver_is_a_person,
    DROP CONSTRAINT notice_editor_never_approves,
    DROP CONSTRAINT notice_has_an_editor;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0008_dispensation'),
        ('outbox', '0001_initial'),
        ('accounts', '0001_initial'),
        ('ledger', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('enclosure', 'To go with a notice'), ('receipt', 'Proves that something arrived'), ('other', 'Other')], default='other', max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=120)),
                ('added_by', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FileContent',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField()),
                ('data', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('template', models.CharField(blank=True, help_text='kind/name@version', max_length=160)),
                ('template_digest', models.CharField(blank=True, max_length=64)),
                ('approval_role', models.CharField(blank=True, help_text='Who must approve it; empty: it may leave without.', max_length=80)),
                ('language', models.CharField(default='en', max_length=35)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved'), ('sending', 'Being sent'), ('sent', 'Sent'), ('filed', 'Filed'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('editors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('coverage', models.JSONField(default=dict, help_text='Required item → {where, by, at, revision}, where somebody ticked.')),
                ('drafted_by', models.CharField(max_length=80)),
                ('drafted_at', models.DateTimeField()),
                ('comment', models.TextField(blank=True, help_text='Why it was returned or withdrawn.')),
                ('approved_by', models.CharField(blank=True, max_length=80)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_digest', models.CharField(blank=True, max_length=64)),
                ('sent_to', models.CharField(blank=True, max_length=500)),
                ('channel', models.CharField(blank=True, max_length=80)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='What was missing when somebody sent it.', size=None)),
                ('sendings', models.PositiveIntegerField(default=0, help_text='How often it went to the outbox.')),
                ('left_at', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True, help_text='Why the last sending failed.')),
                ('attempts', models.PositiveIntegerField(default=0, help_text='Failed tries to settle it.')),
                ('retry_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='NoticeRevision',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('origin', models.CharField(choices=[('drafted', 'Drafted from the template'), ('edited', 'Edited'), ('refreshed', 'Filled anew from the facts')], max_length=12)),
                ('subject', models.CharField(max_length=250)),
                ('body', models.TextField()),
                ('enclosures', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.CharField(max_length=80)),
                ('person', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='clock',
            name='approved_by',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='clock',
            name='sent_to',
            field=models.CharField(blank=True, help_text='To whom it was sent.', max_length=500),
        ),
        migrations.AddField(
            model_name='clock',
            name='unapproved',
            field=models.BooleanField(default=False, help_text='The policy wanted an approval, and it was sent without one.'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('unapproved', False), models.Q(('approved_by', ''), models.Q(('note', ''), _negated=True)), _connector='OR'), name='clock_unapproved_has_its_reason'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='clock',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='incidents.clock'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='content',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='incidents.filecontent'),
        ),
        migrations.AddField(
            model_name='notice',
            name='clock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.clock'),
        ),
        migrations.AddField(
            model_name='notice',
            name='duty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.duty'),
        ),
        migrations.AddField(
            model_name='notice',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='notice',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='outbox.message'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='incidents.notice'),
        ),
        migrations.AddField(
            model_name='noticerevision',
            name='drawn_from',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.decision'),
        ),
        migrations.AddField(
            model_name='noticerevision',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='incidents.notice'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['incident', 'id'], name='notice_incident'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['state', 'id'], name='notice_state'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('message__isnull', False), ('state__in', ['draft', 'in_review', 'approved', 'sending'])), fields=['id'], name='notice_with_message'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'approved', 'sending'])), fields=('clock',), name='notice_one_live'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by', ''), ('approved_digest', '')), models.Q(models.Q(('approved_by', ''), _negated=True), models.Q(('approved_digest', ''), _negated=True), ('approved_at__isnull', False)), _connector='OR'), name='notice_approval_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('approved_by', ''), _negated=True), _connector='OR'), name='notice_approved_has_approver'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sending', 'sent', 'filed']), _negated=True), ('approval_role', ''), models.Q(('approved_by', ''), _negated=True), _connector='OR'), name='notice_leaves_approved'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_at__isnull', False), ('state__in', ['sent', 'filed'])), models.Q(models.Q(('state__in', ['sent', 'filed']), _negated=True), ('left_at__isnull', True)), _connector='OR'), name='notice_left_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('message__isnull', False), _connector='OR'), name='notice_sending_has_message'),
        ),
        migrations.AddConstraint(
            model_name='noticerevision',
            constraint=models.UniqueConstraint(fields=('notice', 'number'), name='notice_revision_once'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
