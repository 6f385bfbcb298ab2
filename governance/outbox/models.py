from django.db import models

from governance import ids


class Message(models.Model):
    """One outward effect, owed since the transaction that decided it and until it is confirmed.

    Delivery is at least once. `key` is unique per (reason for sending, step, destination), so the
    same effect is never owed twice; the receiver sees one stable Message-ID made from `id`.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        SENT = "sent", "Sent"
        DEAD = "dead", "Undeliverable"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=32)
    destination = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    because = models.CharField("why it is sent", max_length=500)
    incident_id = models.UUIDField(null=True)
    incident_reference = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="The next attempt is not made before this.")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="outbox_sent_has_its_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="outbox_pending", condition=models.Q(state="pending")
            ),
            models.Index(fields=["incident_id", "id"], name="outbox_incident"),
        ]

    def __str__(self) -> str:
        return self.subject
