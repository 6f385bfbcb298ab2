"""An index for what was put off after a failure, so that watching over it reads no other timer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0010_escalation'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='timer',
            index=models.Index(
                condition=models.Q(('retry_at__isnull', False), ('state', 'pending')),
                fields=['retry_at'],
                name='timer_put_off',
            ),
        ),
    ]
