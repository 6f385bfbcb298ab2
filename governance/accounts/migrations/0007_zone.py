from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_saved_views")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="zone",
            field=models.CharField(
                blank=True,
                default="",
                help_text="In which the console shows times; empty for UTC.",
                max_length=64,
            ),
            preserve_default=False,
        ),
    ]
