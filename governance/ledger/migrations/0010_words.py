"""What fields and models are called, for translation. No table changes, either way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0009_lists'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='checkpoint',
            options={'ordering': ['-size'], 'verbose_name': 'checkpoint', 'verbose_name_plural': 'checkpoints'},
        ),
        migrations.AlterModelOptions(
            name='verification',
            options={'ordering': ['-id'], 'verbose_name': 'verification', 'verbose_name_plural': 'verifications'},
        ),
        migrations.AlterField(
            model_name='signingkey',
            name='id',
            field=models.CharField(help_text='Key hash, in hex.', max_length=8, primary_key=True, serialize=False, verbose_name='id'),
        ),
    ]
