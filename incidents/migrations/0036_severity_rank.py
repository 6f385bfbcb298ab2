"""Incidents are ordered by how severe they are, whatever their levels are called. Besides, what
duties and notices may be ordered by; built as the indexes of `words` are: see there."""

import yaml
from django.db import migrations, models

_OF_RELEASES = """
SELECT release.digest, version.text FROM policies_release AS release
JOIN policies_policyversion AS version ON version.id = ANY(release.members)
WHERE version.kind = 'SeverityPolicy'
"""
_EARLIER = """
UPDATE incidents_incident AS incident SET severity_rank = rank.rank
FROM (
    SELECT DISTINCT ON (incident_id) incident_id, release_id FROM incidents_decision
    ORDER BY incident_id, id DESC
) AS decision
JOIN unnest(%s::text[], %s::text[], %s::integer[]) AS rank (release, level, rank)
    ON rank.release = decision.release_id
WHERE decision.incident_id = incident.id AND rank.level = incident.severity AND rank.rank > 0
"""


def _ranked(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_OF_RELEASES)
        found = [
            (digest, level["id"], rank)
            for digest, text in cursor.fetchall()
            for rank, level in enumerate(yaml.safe_load(text)["spec"]["levels"])
        ]
        cursor.execute(_EARLIER, [list(column) for column in zip(*found)] or [[], [], []])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0035_kept_figures"), ("policies", "0007_words")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="severity_rank",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="0 is the most severe level of the release that decided."
            ),
        ),
        migrations.RunPython(_ranked, migrations.RunPython.noop),
        # Checks that wait for the end of the transaction would stand in the way of the indexes.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["severity_rank", "id"], name="incident_severity_rank"),
        ),
        migrations.RemoveIndex(model_name="incident", name="incident_unseen"),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["severity_rank", "id"],
                condition=models.Q(acknowledged_at__isnull=True) & ~models.Q(state="closed"),
                name="incident_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                fields=["closed_at", "id"],
                condition=models.Q(closed_at__isnull=False),
                name="duty_closed_at",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["left_at", "id"],
                condition=models.Q(left_at__isnull=False),
                name="notice_left_at",
            ),
        ),
    ]
