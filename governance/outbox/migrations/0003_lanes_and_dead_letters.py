from django.db import migrations, models

# The order of writing is the database's to give: hosts' clocks, and so the ids, may disagree. Rows
# that are there get the order of their ids; those that still wait get their lanes.
FILL = """
UPDATE outbox_message AS message SET number = ordered.number
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM outbox_message) AS ordered
WHERE ordered.id = message.id;
UPDATE outbox_message SET lane = incident_id::text || ':' || channel || ':' || destination
WHERE incident_id IS NOT NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0002_message_by_name'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE outbox_message_number AS bigint",
            "DROP SEQUENCE outbox_message_number",
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='outbox_pending',
        ),
        migrations.AddField(
            model_name='message',
            name='about',
            field=models.UUIDField(help_text='The undeliverable message that this one tells somebody of.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='attempts_before',
            field=models.PositiveIntegerField(default=0, help_text='Those made before it was last replayed; they count no more.'),
        ),
        migrations.AddField(
            model_name='message',
            name='escalated_at',
            field=models.DateTimeField(help_text='When somebody was told that it cannot be delivered.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='html',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='message',
            name='lane',
            field=models.CharField(blank=True, help_text='Empty: in no order.', max_length=330),
        ),
        migrations.AddField(
            model_name='message',
            name='number',
            field=models.BigIntegerField(db_default=models.Func(models.Value('outbox_message_number'), function='nextval'), editable=False),
        ),
        migrations.AddField(
            model_name='message',
            name='occasion',
            field=models.CharField(blank=True, help_text='Messages with one occasion say the same to several.', max_length=200),
        ),
        migrations.AddField(
            model_name='message',
            name='payload',
            field=models.TextField(blank=True, help_text='For programs: canonical JSON, sent as it is.'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['due_at', 'number'], name='outbox_pending'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['lane', 'number'], name='outbox_lane'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('about__isnull', True), ('escalated_at__isnull', True), ('state', 'dead')), fields=['number'], name='outbox_unescalated'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['channel', 'destination', '-id'], name='outbox_destination'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'dead'), ('escalated_at__isnull', True), _connector='OR'), name='outbox_only_the_dead_escalate'),
        ),
    ]
