from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class TimelineNote(models.Model):
    """What somebody wrote down for the timeline, about the instant `at`. It stays as it was
    written: a correction is a note of its own that points back, and the last of them counts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="timeline_notes")
    at = models.DateTimeField()
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="correction"
    )

    class Meta:
        verbose_name = _("note")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"Note {self.id}"
