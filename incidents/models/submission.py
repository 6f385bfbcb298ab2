from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.ledger.commitments import ERASED


class Submission(models.Model):
    """What somebody sent, byte for byte, stored before it is judged.

    A rejected one keeps its problems and can be corrected: the correction is a submission of its
    own that points back. `body_digest` is the SHA-256 over the bytes of `salt` and the body, which
    the ledger has too; `salt` is empty where the body alone was hashed, and the mark of an erased
    text once the body was erased.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        CORRELATED = "correlated", _("Tied to an open incident")
        REJECTED = "rejected", _("Rejected")
        CORRECTED = "corrected", _("Rejected, corrected since")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    received_at = models.DateTimeField()
    actor = models.CharField(_("sent by"), max_length=80)
    content_type = models.CharField(max_length=120, blank=True)
    body = models.BinaryField()
    salt = models.CharField(max_length=64, blank=True)
    body_digest = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, null=True)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.RECEIVED)
    problem_code = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(default=list)
    incident = models.ForeignKey(
        "incidents.Incident", null=True, on_delete=models.PROTECT, related_name="submissions"
    )
    attempts = models.PositiveIntegerField(default=0, help_text="Failed tries to judge it.")
    retry_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "idempotency_key"], name="submission_idempotency_key"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["accepted", "correlated"])
                | models.Q(incident__isnull=False),
                name="submission_accepted_has_incident",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="submission_waiting",
                condition=models.Q(status="received"),
            ),
            models.Index(fields=["status", "id"], name="submission_status"),
            models.Index(fields=["actor", "id"], name="submission_actor"),
            models.Index(fields=["received_at", "id"], name="submission_received"),
            models.Index(
                fields=["problem_code", "id"],
                name="submission_problem",
                condition=~models.Q(problem_code=""),
            ),
            models.Index(
                fields=["idempotency_key"],
                name="submission_key",
                condition=models.Q(idempotency_key__isnull=False),
            ),
            models.Index(
                fields=["received_at", "id"],
                name="submission_rejected",
                condition=models.Q(status="rejected") & ~models.Q(salt=ERASED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.id}"

    @property
    def erased(self) -> bool:
        return self.salt == ERASED

    @property
    def body_text(self) -> str:
        return bytes(self.body).decode("utf-8", "replace")
