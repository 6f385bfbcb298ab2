from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids


class Export(models.Model):
    """An evidence package that somebody asked for, and how far it is.

    `scope` says what of, by `kind`: `{incident}`; `{regime, since, until}`; nothing for the whole
    log; and `{…, redaction}` for a shortened copy. `checkpoint` is the size of the log that it is
    made against, once it is begun. Until `lease_until` nobody else works on it; `attempts` counts
    the starts since the last progress. The file is `ID.zip` in the directory of the settings, until
    `expires_at`.
    """

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("One incident")
        PERIOD = "period", _("Incidents of a period")
        LOG = "log", _("The whole audit trail")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired, its file is gone")

    ACTIVE = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    scope = models.JSONField(default=dict)
    about = models.CharField(max_length=200)
    incident_id = models.UUIDField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    checkpoint = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence package")
        verbose_name_plural = _("evidence packages")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | models.Q(
                    size__isnull=False,
                    checkpoint__isnull=False,
                    finished_at__isnull=False,
                    expires_at__isnull=False,
                )
                & ~models.Q(sha256=""),
                name="export_done_has_its_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error=""),
                name="export_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="export_active",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
            models.Index(fields=["incident_id", "id"], name="export_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state not in self.ACTIVE
