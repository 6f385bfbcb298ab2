"""Who does what in an incident, and notes for its timeline. A note stays as it was written; an
erasure that is on record marks its text."""

import django.db.models.deletion
import governance.ids
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE TRIGGER timeline_note_kept BEFORE UPDATE ON incidents_timelinenote FOR EACH ROW
    WHEN (coalesce(current_setting('bylaw.erasure', true), '') = '' OR NOT bylaw_only_erases(
        to_jsonb(OLD), to_jsonb(NEW), OLD.id::text, '{text}'))
    EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER timeline_note_kept_delete BEFORE DELETE ON incidents_timelinenote
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER timeline_note_not_truncated BEFORE TRUNCATE ON incidents_timelinenote
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER timeline_note_not_truncated ON incidents_timelinenote;
DROP TRIGGER timeline_note_kept_delete ON incidents_timelinenote;
DROP TRIGGER timeline_note_kept ON incidents_timelinenote;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0022_signals_and_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TimelineNote',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('written_by', models.CharField(max_length=80)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='incidents.timelinenote')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timeline_notes', to='incidents.incident')),
            ],
            options={
                'verbose_name': 'note',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='IncidentRole',
            fields=[
                ('id', models.UUIDField(default=governance.ids.new, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=80)),
                ('assigned_at', models.DateTimeField()),
                ('assigned_by', models.CharField(max_length=80)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=80)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team', to='incidents.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'role in an incident',
                'verbose_name_plural': 'roles in an incident',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('incident', 'role', 'person'), name='incident_role_held_once')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
