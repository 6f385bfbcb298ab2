"""What fields and models are called, for translation. No table changes, either way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhook', '0001_endpoints'),
    ]

    operations = [
        migrations.AlterField(
            model_name='webhookendpoint',
            name='active',
            field=models.BooleanField(default=True, verbose_name='active'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='description',
            field=models.CharField(blank=True, max_length=500, verbose_name='description'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='name',
            field=models.CharField(max_length=80, unique=True, verbose_name='name'),
        ),
    ]
