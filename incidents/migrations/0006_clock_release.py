"""The release that counted a clock, and since when one waits.

Of clocks counted before, it is the release of the decision that their duty is pinned to; those that
wait have waited since their duty was opened.
"""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE incidents_clock AS clock
SET release_id = decision.release_id,
    waiting_since = CASE WHEN clock.state = 'not_started' THEN duty.opened_at END
FROM incidents_duty AS duty JOIN incidents_decision AS decision ON decision.id = duty.decision_id
WHERE duty.id = clock.duty_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
CLOCK = "clock"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_moment_choices"), ("policies", "0005_impact")]
    operations = [
        migrations.AddField(
            CLOCK,
            "release",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="policies.release",
            ),
        ),
        migrations.AddField(
            CLOCK,
            "waiting_since",
            models.DateTimeField(
                help_text="Since when it waits, whatever for; one that ended waiting keeps it.",
                null=True,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            CLOCK,
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(release__isnull=False),
                name="clock_running_has_its_release",
            ),
        ),
        migrations.AddConstraint(
            CLOCK,
            models.CheckConstraint(
                condition=~models.Q(state="not_started") | models.Q(waiting_since__isnull=False),
                name="clock_waiting_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            CLOCK,
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(waiting_since__isnull=True),
                name="clock_running_does_not_wait",
            ),
        ),
    ]
