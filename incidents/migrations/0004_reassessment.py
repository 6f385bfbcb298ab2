"""Reassessments: what is to be decided anew, and what that changed. What is done stays as it was.

The index on the reviews of policies serves the sweep, which asks every few seconds whether a
version came into force whose approver chose reassessment.
"""

import django.db.models.deletion
from django.db import migrations, models

import governance.ids

FORWARD = """
CREATE INDEX reassessment_chosen ON policies_policyreview (effective_from)
    WHERE act = 'approved' AND reassess = 'open_incidents';

CREATE FUNCTION incidents_keep_reassessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('done', 'left')
       OR (NEW.id, NEW.run_id, NEW.incident_id) IS DISTINCT FROM
          (OLD.id, OLD.run_id, OLD.incident_id)
    THEN
        RAISE EXCEPTION 'reassessment % is kept as it was done', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reassessment_kept BEFORE UPDATE ON incidents_reassessment
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_reassessment();
CREATE TRIGGER reassessment_not_deleted BEFORE DELETE ON incidents_reassessment
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER reassessment_not_truncated BEFORE TRUNCATE ON incidents_reassessment
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_keep_reassessment_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL
       OR (NEW.id, NEW.effective_at, NEW.began_at) IS DISTINCT FROM
          (OLD.id, OLD.effective_at, OLD.began_at)
       OR (OLD.expanded_at IS NOT NULL AND (NEW.causes, NEW.expanded_at) IS DISTINCT FROM
           (OLD.causes, OLD.expanded_at))
    THEN
        RAISE EXCEPTION 'reassessment run % is kept as it was', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reassessment_run_kept BEFORE UPDATE ON incidents_reassessmentrun
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_reassessment_run();
CREATE TRIGGER reassessment_run_not_deleted BEFORE DELETE ON incidents_reassessmentrun
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER reassessment_run_not_truncated BEFORE TRUNCATE ON incidents_reassessmentrun
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER reassessment_run_not_truncated ON incidents_reassessmentrun;
DROP TRIGGER reassessment_run_not_deleted ON incidents_reassessmentrun;
DROP TRIGGER reassessment_run_kept ON incidents_reassessmentrun;
DROP FUNCTION incidents_keep_reassessment_run();
DROP TRIGGER reassessment_not_truncated ON incidents_reassessment;
DROP TRIGGER reassessment_not_deleted ON incidents_reassessment;
DROP TRIGGER reassessment_kept ON incidents_reassessment;
DROP FUNCTION incidents_keep_reassessment();
DROP INDEX reassessment_chosen;
"""

STATES = [
    ("pending", "Pending"),
    ("failed", "Failed, will be tried again"),
    ("done", "Done"),
    ("left", "Closed before its turn"),
]


def key() -> models.UUIDField:
    return models.UUIDField(
        default=governance.ids.new, editable=False, primary_key=True, serialize=False
    )


def reference(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="reassessments",
        to=to,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_clock_occurrences"), ("policies", "0004_lifecycle_kept")]
    operations = [
        migrations.CreateModel(
            name="ReassessmentRun",
            fields=[
                ("id", key()),
                ("effective_at", models.DateTimeField(unique=True, verbose_name="in force from")),
                ("causes", models.JSONField(default=list)),
                ("began_at", models.DateTimeField()),
                ("expanded_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "reassessment",
                "ordering": ["-effective_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(finished_at__isnull=True),
                        fields=["effective_at"],
                        name="reassessment_run_unfinished",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(finished_at__isnull=True)
                        | models.Q(expanded_at__isnull=False),
                        name="reassessment_run_expanded_first",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reassessment",
            fields=[
                ("id", key()),
                ("state", models.CharField(choices=STATES, default="pending", max_length=8)),
                (
                    "attempts",
                    models.PositiveIntegerField(default=0, help_text="Failed tries."),
                ),
                ("retry_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("severity_before", models.CharField(blank=True, max_length=16)),
                ("severity_after", models.CharField(blank=True, max_length=16)),
                ("changes", models.JSONField(default=list)),
                ("findings", models.JSONField(default=list)),
                ("done_at", models.DateTimeField(null=True)),
                ("decision", reference("incidents.decision", null=True)),
                ("incident", reference("incidents.incident")),
                ("run", reference("incidents.reassessmentrun")),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(state__in=["pending", "failed"]),
                        fields=["run", "id"],
                        name="reassessment_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "incident"), name="reassessment_once"),
                    models.CheckConstraint(
                        condition=~models.Q(state="done")
                        | models.Q(decision__isnull=False, done_at__isnull=False),
                        name="reassessment_done_has_its_decision",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
