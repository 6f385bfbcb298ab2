from django.db import models

from governance import ids
from incidents.models.incident import Incident


class Moment(models.Model):
    """When something that starts clocks happened, on whose word. Corrections are rows of their own;
    the one recorded last counts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="moments")
    name = models.CharField(max_length=64)
    at = models.DateTimeField("time")
    basis = models.TextField(blank=True, help_text="What this time rests on.")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["incident", "name", "id"], name="moment_incident_name")]

    def __str__(self) -> str:
        return self.name
