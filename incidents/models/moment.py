from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.words import Words
from incidents.models.incident import Incident


class Moment(models.Model):
    """A candidate for when something that starts clocks happened, on whose word and by what source.

    Several of one name stand side by side; which of them counts is a decision of its own, a
    `MomentChoice`. Triggers refuse any change: a correction is a candidate of its own.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="moments", db_index=False
    )
    name = models.CharField(max_length=64)
    at = models.DateTimeField("time")
    basis = models.TextField(blank=True, help_text="What this time rests on.")
    source = models.CharField(
        _("source"),
        max_length=250,
        blank=True,
        help_text="What said so: a log, an alert, a mail, a witness.",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("moment")
        verbose_name_plural = _("moments")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["incident", "name", "id"], name="moment_incident_name"),
            GinIndex(Words("source"), name="moment_words"),
        ]

    def __str__(self) -> str:
        return self.name
