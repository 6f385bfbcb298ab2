from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Value
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.words import Words


class Message(models.Model):
    """One outward effect, owed since the transaction that decided it and until it is confirmed.

    Delivery is at least once. `key` is unique per (reason for sending, step, destination), so the
    same effect is never owed twice; the receiver sees one stable id made from `id`. Messages in one
    `lane` leave one after the other, by `number`, which the database gives in the order of writing.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Undeliverable")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    number = models.BigIntegerField(
        db_default=Func(Value("outbox_message_number"), function="nextval"), editable=False
    )
    key = models.CharField(max_length=200, unique=True)
    occasion = models.CharField(
        max_length=200, blank=True, help_text="Messages with one occasion say the same to several."
    )
    channel = models.CharField(_("channel"), max_length=32)
    destination = models.CharField(max_length=254)
    lane = models.CharField(max_length=330, blank=True, help_text="Empty: in no order.")
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    payload = models.TextField(blank=True, help_text="For programs: canonical JSON, sent as it is.")
    salt = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of the commitment to what it says. Empty: erased, or written before there was.",
    )
    because = models.CharField(_("why it is sent"), max_length=500)
    incident_id = models.UUIDField(null=True)
    incident_reference = models.CharField(max_length=32, blank=True)
    about = models.UUIDField(
        null=True, help_text="The undeliverable message that this one tells somebody of."
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="The next attempt is not made before this.")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    attempts_before = models.PositiveIntegerField(
        default=0, help_text="Those made before it was last replayed; they count no more."
    )
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(
        null=True, help_text="When somebody was told that it cannot be delivered."
    )

    class Meta:
        verbose_name = _("message")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="outbox_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="dead") | models.Q(escalated_at__isnull=True),
                name="outbox_only_the_dead_escalate",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "number"],
                name="outbox_pending",
                condition=models.Q(state="pending"),
            ),
            models.Index(
                fields=["lane", "number"], name="outbox_lane", condition=models.Q(state="pending")
            ),
            models.Index(
                fields=["number"],
                name="outbox_unescalated",
                condition=models.Q(state="dead", escalated_at__isnull=True, about__isnull=True),
            ),
            models.Index(fields=["channel", "destination", "-id"], name="outbox_destination"),
            models.Index(fields=["incident_id", "id"], name="outbox_incident"),
            models.Index(fields=["incident_reference", "id"], name="outbox_reference"),
            models.Index(fields=["created_at", "id"], name="outbox_created"),
            models.Index(fields=["due_at", "id"], name="outbox_due"),
            models.Index(
                fields=["sent_at", "id"],
                name="outbox_sent",
                condition=models.Q(sent_at__isnull=False),
            ),
            models.Index(fields=["id"], name="outbox_dead", condition=models.Q(state="dead")),
            GinIndex(Words("subject", "destination"), name="outbox_words"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def tries(self) -> int:
        """Attempts since it was written, or since it was last replayed."""
        return self.attempts - self.attempts_before
