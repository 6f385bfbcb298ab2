from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class IncidentLink(models.Model):
    """What one incident has to do with another: read it as `incident` is `kind` `other`. One that
    was removed stays, with when and by whom."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related to")
        DUPLICATE = "duplicate-of", _("Duplicate of")
        CAUSED = "caused-by", _("Caused by")
        RECURRENCE = "recurrence-of", _("Recurrence of")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=16, choices=Kind)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("link")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "other", "kind"],
                name="incident_link_once",
                condition=models.Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=~models.Q(incident=models.F("other")), name="incident_link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.other_id}"
