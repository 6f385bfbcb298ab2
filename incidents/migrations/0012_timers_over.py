"""An index for what is over, the latest first, which is how people read it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0011_timer_put_off'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='timer',
            index=models.Index(condition=models.Q(('state', 'pending'), _negated=True), fields=['-due_at'], name='timer_over'),
        ),
    ]
