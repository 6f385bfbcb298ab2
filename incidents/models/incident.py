from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.words import Words

#: What an incident is searched by; its title is personal.
WORDS: Final = ("reference", "system", "system_name")


class Incident(models.Model):
    """One AI incident. `report` holds the facts as known now; each decision keeps those it saw."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CONTAINED = "contained", _("Contained")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class ClosedAs(models.TextChoices):
        VOID = "void", _("Void")
        MERGED = "merged", _("Merged")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    reference = models.CharField(_("reference"), max_length=32, unique=True)
    title = models.CharField(max_length=200)
    system = models.CharField(max_length=80)
    system_name = models.CharField(_("system"), max_length=250)
    report = models.JSONField()
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    severity = models.CharField(max_length=16)
    severity_rank = models.PositiveSmallIntegerField(
        default=0, help_text="0 is the most severe level of the release that decided."
    )
    severity_provisional = models.BooleanField(default=False)
    drill = models.BooleanField(_("drill"), default=False)
    source = models.CharField(_("source"), max_length=80, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=80)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)
    acknowledged_severity = models.CharField(
        max_length=16,
        blank=True,
        help_text="A higher one has to be acknowledged anew.",
    )
    lead = models.CharField(
        max_length=120, blank=True, help_text="role:ID, or the person who took it on."
    )
    ladder = models.PositiveIntegerField(
        default=0, help_text="Counts the ladders begun anew; steps of earlier ones are over."
    )
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(
        max_length=12,
        choices=ClosedAs,
        blank=True,
        help_text="Empty where it was closed because it was over.",
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what its sender knows the same trouble by."
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="incident_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_as="") | models.Q(state="closed"),
                name="incident_closed_as_is_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_as="merged", merged_into__isnull=False)
                | (~models.Q(closed_as="merged") & models.Q(merged_into__isnull=True)),
                name="incident_merged_into_another",
            ),
            models.UniqueConstraint(
                fields=["system", "fingerprint", "drill"],
                name="incident_one_open_a_fingerprint",
                condition=~models.Q(fingerprint="") & ~models.Q(state="closed"),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="incident_state"),
            models.Index(fields=["severity", "id"], name="incident_severity"),
            models.Index(fields=["severity_rank", "id"], name="incident_severity_rank"),
            models.Index(fields=["system", "id"], name="incident_system"),
            models.Index(fields=["source", "id"], name="incident_source"),
            models.Index(fields=["reported_at", "id"], name="incident_reported"),
            models.Index(fields=["id"], name="incident_drill", condition=models.Q(drill=True)),
            models.Index(
                fields=["closed_at", "id"],
                name="incident_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["acknowledged_at", "id"],
                name="incident_acknowledged_at",
                condition=models.Q(acknowledged_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="incident_unacknowledged",
                condition=models.Q(acknowledged_at__isnull=True),
            ),
            models.Index(
                fields=["severity_rank", "id"],
                name="incident_unseen",
                condition=models.Q(acknowledged_at__isnull=True) & ~models.Q(state="closed"),
            ),
            models.Index(
                fields=["acknowledged_by", "id"],
                name="incident_acknowledged_by",
                condition=~models.Q(state="closed") & ~models.Q(acknowledged_by=""),
            ),
            models.Index(
                fields=["closed_at", "id"],
                name="incident_closed",
                condition=models.Q(state="closed"),
            ),
            models.Index(
                fields=["closed_as", "id"],
                name="incident_closed_as",
                condition=~models.Q(closed_as=""),
            ),
            models.Index(
                fields=["system", "fingerprint", "id"],
                name="incident_fingerprint",
                condition=~models.Q(fingerprint=""),
            ),
            GinIndex(Words(*WORDS), name="incident_words"),
            GinIndex(Words(*WORDS, "title"), name="incident_words_with_title"),
        ]

    @property
    def standing(self) -> str:
        """Its state in words, or as what it was closed."""
        return str(self.get_closed_as_display() or self.get_state_display())

    def __str__(self) -> str:
        return self.reference
