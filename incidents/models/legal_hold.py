from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class LegalHold(models.Model):
    """Nothing that it covers is erased until somebody releases it: one incident, all of one system,
    or everything, where both are empty.

    Triggers keep it as it was placed, and refuse the entry of an erasure that it covers.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="legal_holds"
    )
    system = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    released_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=True) | Q(system=""), name="legal_hold_of_one_scope"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_has_its_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="")
                | Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(release_reason=""),
                name="legal_hold_release_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["system"], name="legal_hold_live", condition=Q(released_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return gettext("Legal hold: %(covers)s") % {"covers": self.shown}

    @property
    def shown(self) -> str:
        """What it covers, in the reader's language."""
        if self.incident is not None:
            return self.incident.reference
        if self.system:
            return gettext("system %(system)s") % {"system": self.system}
        return gettext("everything")

    @property
    def covers(self) -> str:
        """The same as it is recorded."""
        if self.incident is not None:
            return self.incident.reference
        return f"system {self.system}" if self.system else "everything"
