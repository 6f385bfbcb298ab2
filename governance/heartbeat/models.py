from django.db import models


class Heartbeat(models.Model):
    """When a periodic job last finished a tick. A process that is up but idle does not beat."""

    job = models.CharField(primary_key=True, max_length=64)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.job
