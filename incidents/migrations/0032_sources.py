"""The index by which moments are found by the words of their sources; built as those of `words`."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from governance.words import Words


class Migration(migrations.Migration):
    dependencies = [("incidents", "0031_met_deadlines")]

    operations = [
        migrations.AddIndex(
            model_name="moment", index=GinIndex(Words("source"), name="moment_words")
        )
    ]
