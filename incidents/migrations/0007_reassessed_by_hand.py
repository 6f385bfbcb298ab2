"""A person may have one incident decided anew, without a run; the row says who, why and on what.

It can be reversed until somebody did: such a row has no run, and is never deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

REASSESSMENT = "reassessment"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_clock_release")]
    operations = [
        *[
            migrations.AddField(REASSESSMENT, name, field, preserve_default=False)
            for name, field in {
                "requested_by": models.CharField(blank=True, default="", max_length=80),
                "reason": models.TextField(blank=True, default=""),
                "shown": models.CharField(blank=True, default="", max_length=64),
            }.items()
        ],
        migrations.AlterField(
            REASSESSMENT,
            "run",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reassessments",
                to="incidents.reassessmentrun",
            ),
        ),
        migrations.AddConstraint(
            REASSESSMENT,
            models.CheckConstraint(
                condition=models.Q(run__isnull=False, requested_by="", reason="", shown="")
                | models.Q(run__isnull=True, state="done")
                & ~models.Q(requested_by="")
                & ~models.Q(reason="")
                & ~models.Q(shown=""),
                name="reassessment_by_run_or_by_hand",
            ),
        ),
    ]
