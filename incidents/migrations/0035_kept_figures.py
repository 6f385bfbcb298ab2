"""Figures over very many incidents are counted in the background and kept. Dropping the table loses
nothing that is not counted again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("incidents", "0034_names_of_columns"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptFigures",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("question", models.JSONField()),
                ("state", models.CharField(choices=[("waiting", "Waiting"), ("running", "Being counted"), ("counted", "Counted"), ("failed", "Failed")], default="waiting", max_length=8)),
                ("wanted_at", models.DateTimeField()),
                ("requested_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("parts", models.JSONField(default=dict)),
                ("figures", models.JSONField(null=True)),
                ("as_of", models.DateTimeField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("took", models.DurationField(null=True)),
                ("error", models.TextField(blank=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "kept figures",
                "verbose_name_plural": "kept figures",
                "constraints": [models.CheckConstraint(condition=models.Q(("figures__isnull", True), models.Q(("as_of__isnull", False), ("counted_at__isnull", False), ("took__isnull", False)), _connector="OR"), name="kept_figures_have_their_time"), models.CheckConstraint(condition=models.Q(models.Q(("state", "counted"), _negated=True), ("figures__isnull", False), _connector="OR"), name="kept_figures_counted_are_there"), models.CheckConstraint(condition=models.Q(models.Q(("state", "failed"), _negated=True), models.Q(("error", ""), _negated=True), _connector="OR"), name="kept_figures_failed_say_why")],
            },
        ),
    ]
