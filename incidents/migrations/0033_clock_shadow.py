"""A deadline has on its own row whether its duty is in shadow, so that boards count and page deadlines
without their duties. The foreign key makes the database carry each change over. Besides, two
indexes for the first page; built as those of `words` are: see there."""

from django.db import migrations, models

#: Django knows no foreign key of two columns, and none that passes a change on.
_KEY = """
ALTER TABLE incidents_clock ADD CONSTRAINT clock_shadow_as_of_duty
    FOREIGN KEY (duty_id, shadow) REFERENCES incidents_duty (id, shadow)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
_NO_KEY = "ALTER TABLE incidents_clock DROP CONSTRAINT clock_shadow_as_of_duty"
_EARLIER = """
UPDATE incidents_clock SET shadow = true FROM incidents_duty AS duty
WHERE duty.id = duty_id AND duty.shadow
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0032_sources")]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="shadow",
            field=models.BooleanField(
                default=False,
                help_text="As of its duty; the database carries changes over to here.",
            ),
        ),
        migrations.RunSQL(_EARLIER, migrations.RunSQL.noop),
        # Checks that wait for the end of the transaction would stand in the way of the key.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                fields=("id", "shadow"), name="duty_shadow_of_clocks"
            ),
        ),
        migrations.RunSQL(_KEY, _NO_KEY),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(conservative_due__isnull=True)
                | models.Q(legal_due__isnull=False),
                name="clock_has_both_dues_or_none",
            ),
        ),
        migrations.RemoveIndex(model_name="clock", name="clock_running_due"),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["conservative_due", "legal_due"],
                condition=models.Q(state__in=["running", "paused"]),
                name="clock_started_due",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["id"], condition=models.Q(shadow=True), name="clock_shadow"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["severity", "id"],
                condition=models.Q(acknowledged_at__isnull=True) & ~models.Q(state="closed"),
                name="incident_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["acknowledged_by", "id"],
                condition=~models.Q(state="closed") & ~models.Q(acknowledged_by=""),
                name="incident_acknowledged_by",
            ),
        ),
    ]
