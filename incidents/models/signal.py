from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident
from incidents.models.submission import Submission


class Signal(models.Model):
    """One report with a fingerprint, and the incident that it was tied to. The one that opened the
    incident is the first. `count` is how often the sender saw it; `differs` are the pointers of
    what it states otherwise than the incident did then. One split off counts no more here."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="signals")
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="signals", verbose_name=_("report")
    )
    opened = models.BooleanField(default=False, help_text="It opened the incident.")
    observed_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    differs = ArrayField(models.CharField(max_length=250), default=list)
    received_at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)
    split_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                name="signal_tied_once",
                condition=models.Q(split_at__isnull=True),
            ),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="signal_counts"),
            models.CheckConstraint(
                condition=models.Q(opened=False) | models.Q(split_at__isnull=True),
                name="signal_that_opened_stays",
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident", "id"],
                name="signal_counted",
                condition=models.Q(split_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"Signal {self.id}"
