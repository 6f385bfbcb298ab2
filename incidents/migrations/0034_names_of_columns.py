"""What the console calls columns and tables, said in full so that it can be translated. The database
knows nothing of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0033_clock_shadow"),
        ("webhook", "0001_endpoints"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="clock",
            options={
                "ordering": ["id"],
                "verbose_name": "deadline",
                "verbose_name_plural": "deadlines",
            },
        ),
        migrations.AlterModelOptions(
            name="dispensation",
            options={
                "ordering": ["-id"],
                "verbose_name": "dispensation",
                "verbose_name_plural": "dispensations",
            },
        ),
        migrations.AlterModelOptions(
            name="duty",
            options={"ordering": ["id"], "verbose_name": "duty", "verbose_name_plural": "duties"},
        ),
        migrations.AlterModelOptions(
            name="erasure",
            options={
                "ordering": ["-id"],
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
            },
        ),
        migrations.AlterModelOptions(
            name="export",
            options={
                "ordering": ["-id"],
                "verbose_name": "evidence package",
                "verbose_name_plural": "evidence packages",
            },
        ),
        migrations.AlterModelOptions(
            name="incident",
            options={
                "ordering": ["-id"],
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
            },
        ),
        migrations.AlterModelOptions(
            name="legalhold",
            options={
                "ordering": ["-id"],
                "verbose_name": "legal hold",
                "verbose_name_plural": "legal holds",
            },
        ),
        migrations.AlterModelOptions(
            name="moment",
            options={
                "ordering": ["id"],
                "verbose_name": "moment",
                "verbose_name_plural": "moments",
            },
        ),
        migrations.AlterModelOptions(
            name="notice",
            options={
                "ordering": ["-id"],
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
            },
        ),
        migrations.AlterModelOptions(
            name="reassessmentrun",
            options={
                "ordering": ["-effective_at"],
                "verbose_name": "reassessment",
                "verbose_name_plural": "reassessments",
            },
        ),
        migrations.AlterModelOptions(
            name="retained",
            options={
                "ordering": ["closed_at", "id"],
                "verbose_name": "kept incident",
                "verbose_name_plural": "kept incidents",
            },
        ),
        migrations.AlterModelOptions(
            name="submission",
            options={
                "ordering": ["-id"],
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
            },
        ),
        migrations.AlterModelOptions(
            name="subscription",
            options={
                "ordering": ["-id"],
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
            },
        ),
        migrations.AlterModelOptions(
            name="timer",
            options={
                "ordering": ["due_at", "id"],
                "verbose_name": "timer",
                "verbose_name_plural": "timers",
            },
        ),
        migrations.AlterField(
            model_name="dispensation",
            name="kind",
            field=models.CharField(
                choices=[("delay", "Delay"), ("pause", "Pause"), ("waiver", "Waiver")],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="dispensation",
            name="state",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("approved", "In force"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                    ("ended", "Ended"),
                ],
                default="requested",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="duty",
            name="confirmation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not asked"),
                    ("unconfirmed", "Unconfirmed"),
                    ("confirmed", "Confirmed"),
                    ("contested", "Contested"),
                ],
                default="",
                max_length=12,
                verbose_name="confirmation",
            ),
        ),
        migrations.AlterField(
            model_name="duty",
            name="shadow",
            field=models.BooleanField(default=False, verbose_name="shadow"),
        ),
        migrations.AlterField(
            model_name="duty",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("undetermined", "To be determined"),
                    ("fulfilled", "Fulfilled"),
                    ("superseded", "Superseded"),
                    ("waived", "Waived"),
                    ("cancelled", "Called off"),
                    ("not_applicable", "Does not apply"),
                ],
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="erasure",
            name="state",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="requested",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="export",
            name="kind",
            field=models.CharField(
                choices=[
                    ("incident", "One incident"),
                    ("period", "Incidents of a period"),
                    ("log", "The whole audit trail"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="export",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Being made"),
                    ("done", "Ready"),
                    ("failed", "Failed"),
                    ("expired", "Expired, its file is gone"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="drill",
            field=models.BooleanField(default=False, verbose_name="drill"),
        ),
        migrations.AlterField(
            model_name="incident",
            name="reference",
            field=models.CharField(max_length=32, unique=True, verbose_name="reference"),
        ),
        migrations.AlterField(
            model_name="incident",
            name="source",
            field=models.CharField(blank=True, max_length=80, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="incident",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("contained", "Contained"),
                    ("resolved", "Resolved"),
                    ("closed", "Closed"),
                ],
                default="open",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="moment",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="What said so: a log, an alert, a mail, a witness.",
                max_length=250,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("in_review", "In review"),
                    ("approved", "Approved"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("filed", "Filed"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="status",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("accepted", "Accepted"),
                    ("correlated", "Tied to an open incident"),
                    ("rejected", "Rejected"),
                    ("corrected", "Rejected, corrected since"),
                ],
                default="received",
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="endpoint",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscription",
                to="webhook.webhookendpoint",
                verbose_name="endpoint",
            ),
        ),
        migrations.AlterField(
            model_name="timer",
            name="due_at",
            field=models.DateTimeField(verbose_name="due at"),
        ),
        migrations.AlterField(
            model_name="timer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("escalation", "Escalation step"),
                    ("reminder", "Reminder"),
                    ("at_risk", "At risk"),
                    ("overdue", "Overdue"),
                    ("question", "Question unanswered"),
                    ("superseded", "Duty superseded"),
                    ("held", "Held-back message"),
                    ("confirm", "Decision not to notify, unconfirmed"),
                    ("request", "Request undecided"),
                    ("review", "Review of a dispensation"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
