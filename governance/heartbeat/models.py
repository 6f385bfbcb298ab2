from django.db import models


class Heartbeat(models.Model):
    """When a periodic job last finished a tick. A process that is up but idle does not beat."""

    job = models.CharField(primary_key=True, max_length=64)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.job


class Ping(models.Model):
    """When the watcher outside was last told that all is well. One row, whoever tells it."""

    name = models.CharField(primary_key=True, max_length=64)
    attempted_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, help_text="Of the last attempt.")

    def __str__(self) -> str:
        return self.name
