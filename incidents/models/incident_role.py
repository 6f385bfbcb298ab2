from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.accounts.models import User
from incidents.models.incident import Incident


class IncidentRole(models.Model):
    """Who does what in this incident: a role of the escalation matrix or of the console, held by a
    person from `assigned_at` until it was ended."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="team")
    role = models.CharField(max_length=80)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("role in an incident")
        verbose_name_plural = _("roles in an incident")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "role", "person"],
                name="incident_role_held_once",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.person}"
