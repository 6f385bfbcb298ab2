from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.export import Export


class ExportShare(models.Model):
    """A link by which somebody outside fetches one package, until it expires or is revoked."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="shares")
    recipient = models.CharField(max_length=200)
    shared_by = models.CharField(max_length=80)
    shared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, help_text="When it was last used.")

    class Meta:
        verbose_name = _("shared package")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("shared_at")),
                name="export_share_lasts",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
                name="export_share_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.recipient
