"""A person's word on the severity. It stays as it was given; a less severe one takes two persons, which
a trigger sees to besides the constraints, because a check does not know who made a key.
"""

import django.db.models.deletion
import governance.ids
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION incidents_keep_severity_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.decided_by <> '' OR (NEW.state, NEW.lowers)
           NOT IN (('requested', true), ('in_force', false)) THEN
            RAISE EXCEPTION 'a lower severity begins as a request'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.incident_id, NEW.level, NEW.computed, NEW.lowers, NEW.reason,
        NEW.requested_at, NEW.requested_by)
       IS DISTINCT FROM
       (OLD.id, OLD.incident_id, OLD.level, OLD.computed, OLD.lowers, OLD.reason,
        OLD.requested_at, OLD.requested_by)
    THEN
        RAISE EXCEPTION 'severity override % is kept as it was asked for', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'requested' AND
       (NEW.decided_at, NEW.decided_by, NEW.note)
       IS DISTINCT FROM (OLD.decided_at, OLD.decided_by, OLD.note)
    THEN
        RAISE EXCEPTION 'severity override % is kept as it was decided', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('refused', 'withdrawn', 'ended') THEN
        RAISE EXCEPTION 'severity override % is over', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('requested', 'in_force'), ('requested', 'refused'), ('requested', 'withdrawn'),
        ('in_force', 'ended'))
    THEN
        RAISE EXCEPTION 'a severity override does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by <> '' AND incidents_person_behind(NEW.requested_by) = NEW.decided_by THEN
        RAISE EXCEPTION
            'nobody decides on a severity override of their own (severity_override_takes_two)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER severity_override_kept BEFORE UPDATE ON incidents_severityoverride FOR EACH ROW
    WHEN (coalesce(current_setting('bylaw.erasure', true), '') = '' OR NOT bylaw_only_erases(
        to_jsonb(OLD), to_jsonb(NEW), OLD.id::text, '{reason,note,ended_because}'))
    EXECUTE FUNCTION incidents_keep_severity_override();
CREATE TRIGGER severity_override_kept_insert BEFORE INSERT ON incidents_severityoverride
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_severity_override();
CREATE TRIGGER severity_override_not_deleted BEFORE DELETE ON incidents_severityoverride
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER severity_override_not_truncated BEFORE TRUNCATE ON incidents_severityoverride
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER severity_override_not_truncated ON incidents_severityoverride;
DROP TRIGGER severity_override_not_deleted ON incidents_severityoverride;
DROP TRIGGER severity_override_kept_insert ON incidents_severityoverride;
DROP TRIGGER severity_override_kept ON incidents_severityoverride;
DROP FUNCTION incidents_keep_severity_override();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0036_severity_rank'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeverityOverride',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('level', models.CharField(max_length=16)),
                ('computed', models.CharField(max_length=16)),
                ('lowers', models.BooleanField()),
                ('reason', models.TextField()),
                ('requested_at', models.DateTimeField()),
                ('requested_by', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('in_force', 'In force'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], max_length=12, verbose_name='state')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('note', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=80)),
                ('ended_because', models.CharField(blank=True, max_length=1000)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='severity_overrides', to='incidents.incident')),
            ],
            options={
                'verbose_name': 'severity override',
                'verbose_name_plural': 'severity overrides',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'requested')), fields=('incident',), name='severity_override_one_requested'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('incident',), name='severity_override_one_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('requested_by', ''), _negated=True)), name='severity_override_has_its_reason'), models.CheckConstraint(condition=models.Q(('lowers', True), models.Q(('state__in', ['requested', 'refused', 'withdrawn']), _negated=True), _connector='OR'), name='severity_override_raise_waits_for_nobody'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', ''), ('state__in', ['requested', 'withdrawn'])), models.Q(('decided_by', ''), ('lowers', False)), models.Q(('decided_at__isnull', False), ('decided_by__startswith', 'user:')), _connector='OR'), name='severity_override_decided_by_person'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('requested_by')), _negated=True), name='severity_override_takes_two'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn', 'ended']), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='severity_override_ended_has_its_time')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
