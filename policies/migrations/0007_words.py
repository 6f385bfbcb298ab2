"""What fields and models are called, for translation. No table changes, either way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0006_on_call_feed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='oncallfeed',
            name='name',
            field=models.CharField(help_text='Its id in the matrix that named it last.', max_length=80, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='title',
            field=models.CharField(max_length=250, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='policyversion',
            name='version',
            field=models.CharField(max_length=40, verbose_name='version'),
        ),
    ]
