"""A stage has a clock for each recipient and each occurrence; at most one of them is unfinished."""

import django.contrib.postgres.fields
from django.db import migrations, models

CLOCK = "clock"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_kept")]
    operations = [
        migrations.AddField(
            CLOCK,
            "recipient_id",
            models.CharField(
                blank=True,
                default="",
                help_text="Empty when the stage goes to one recipient only.",
                max_length=80,
            ),
            preserve_default=False,
        ),
        migrations.AddField(CLOCK, "occurrence", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            CLOCK,
            "missing",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=160),
                default=list,
                help_text="Facts that would settle whether the stage is owed; until then it is.",
                size=None,
            ),
        ),
        migrations.AddField(
            CLOCK,
            "cancelled_because",
            models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(CLOCK, "clock_once_a_stage"),
        migrations.AddConstraint(
            CLOCK,
            models.UniqueConstraint(
                fields=("duty", "stage", "recipient_id", "occurrence"), name="clock_once"
            ),
        ),
        migrations.AddConstraint(
            CLOCK,
            models.UniqueConstraint(
                condition=models.Q(state__in=["running", "not_started"]),
                fields=("duty", "stage", "recipient_id"),
                name="clock_one_unfinished",
            ),
        ),
        migrations.AddConstraint(
            CLOCK,
            models.CheckConstraint(
                condition=models.Q(occurrence__gte=1), name="clock_occurrence_from_one"
            ),
        ),
    ]
