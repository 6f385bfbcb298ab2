from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class Decision(models.Model):
    """What a release said about the facts of an incident: the exact bytes, with their reasons."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    at = models.DateTimeField("time")
    release = models.ForeignKey("policies.Release", on_delete=models.PROTECT, related_name="+")
    facts = models.TextField(help_text="The facts it saw, as canonical JSON (RFC 8785).")
    severity = models.CharField(max_length=16)
    text = models.TextField(help_text="The decision with its trace, as canonical JSON.")
    digest = models.CharField(max_length=64)
    because = models.CharField(_("occasion"), max_length=250)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["incident", "id"], name="decision_incident")]

    def __str__(self) -> str:
        return f"{self.severity} at {self.at:%Y-%m-%d %H:%M:%S} UTC"
