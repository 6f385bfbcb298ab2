from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('heartbeat', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ping',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('attempted_at', models.DateTimeField()),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, help_text='Of the last attempt.', max_length=500)),
            ],
        ),
    ]
