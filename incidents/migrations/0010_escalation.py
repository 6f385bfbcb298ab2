"""Who leads an incident, at which severity it was acknowledged, snoozing, and held-back messages.

An acknowledgement from before counts for the severity that the incident has now.
"""

from django.db import migrations, models

FORWARD = """
UPDATE incidents_incident SET acknowledged_severity = severity WHERE acknowledged_at IS NOT NULL;
UPDATE incidents_incident SET lead = acknowledged_by WHERE acknowledged_by LIKE 'user:%';
"""

KINDS = [
    ("escalation", "Escalation step"),
    ("reminder", "Reminder"),
    ("at_risk", "At risk"),
    ("overdue", "Overdue"),
    ("question", "Question unanswered"),
    ("held", "Held-back message"),
    ("confirm", "Decision not to notify, unconfirmed"),
    ("request", "Request undecided"),
    ("review", "Review of a dispensation"),
]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_notices")]
    operations = [
        migrations.AddField(
            "incident",
            "acknowledged_severity",
            models.CharField(
                blank=True,
                default="",
                help_text="A higher one has to be acknowledged anew.",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "incident",
            "lead",
            models.CharField(
                blank=True,
                default="",
                help_text="role:ID, or the person who took it on.",
                max_length=120,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "incident",
            "ladder",
            models.PositiveIntegerField(
                default=0, help_text="Counts the ladders begun anew; steps of earlier ones are over."
            ),
        ),
        migrations.AddField(
            "timer",
            "ladder",
            models.PositiveIntegerField(
                default=0, help_text="Of a step: the ladder of the incident that it belongs to."
            ),
        ),
        migrations.AddField("incident", "snoozed_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "timer",
            "said",
            models.JSONField(help_text="What a held-back message says, and to whom.", null=True),
        ),
        migrations.AlterField(
            "timer", "kind", models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
