"""What fields and models are called, for translation. No table changes, either way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0007_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='attempts',
            field=models.PositiveIntegerField(default=0, verbose_name='attempts'),
        ),
        migrations.AlterField(
            model_name='message',
            name='channel',
            field=models.CharField(max_length=32, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('sent', 'Sent'), ('dead', 'Undeliverable')], default='pending', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='message',
            name='subject',
            field=models.CharField(max_length=250, verbose_name='subject'),
        ),
    ]
