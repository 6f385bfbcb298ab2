from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.decision import Decision
from incidents.models.incident import Incident


class ReassessmentRun(models.Model):
    """Everything that is reassessed because of one instant at which versions came into force whose
    approver chose so.

    `causes` are those versions: `[{version, digest, review, approved_by, approved_at}]`, instants
    as canonical text. A run is `expanded` once each incident that it concerns has its row.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    effective_at = models.DateTimeField("in force from", unique=True)
    causes = models.JSONField(default=list)
    began_at = models.DateTimeField()
    expanded_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reassessment")
        verbose_name_plural = _("reassessments")
        ordering = ["-effective_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True) | models.Q(expanded_at__isnull=False),
                name="reassessment_run_expanded_first",
            )
        ]
        indexes = [
            models.Index(
                fields=["effective_at"],
                name="reassessment_run_unfinished",
                condition=models.Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.effective_at:%Y-%m-%d %H:%M} UTC"

    @property
    def versions(self) -> list[str]:
        return [each["version"] for each in self.causes]


class Reassessment(models.Model):
    """One incident decided anew, with what that changed: in a run, or because a person asked for it
    by hand, having seen what it would change.

    By hand there is no run, but `requested_by`, `reason`, and `shown`, the digest of what that
    person was shown. `changes` is what `differences.between` gives, `findings` what the report
    schema in force now says against the report, as submissions keep theirs. Triggers refuse any
    change of a done one.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        FAILED = "failed", _("Failed, will be tried again")
        DONE = "done", _("Done")
        LEFT = "left", _("Closed before its turn")

    WAITING = (State.PENDING, State.FAILED)

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    run = models.ForeignKey(
        ReassessmentRun, null=True, on_delete=models.PROTECT, related_name="reassessments"
    )
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reassessments")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0, help_text="Failed tries.")
    retry_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    severity_before = models.CharField(max_length=16, blank=True)
    severity_after = models.CharField(max_length=16, blank=True)
    changes = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="reassessments"
    )
    done_at = models.DateTimeField(null=True)
    requested_by = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    shown = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "incident"], name="reassessment_once"),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | models.Q(decision__isnull=False, done_at__isnull=False),
                name="reassessment_done_has_its_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(run__isnull=False, requested_by="", reason="", shown="")
                | models.Q(run__isnull=True, state="done")
                & ~models.Q(requested_by="")
                & ~models.Q(reason="")
                & ~models.Q(shown=""),
                name="reassessment_by_run_or_by_hand",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "id"],
                name="reassessment_waiting",
                condition=models.Q(state__in=["pending", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.id}"
