from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.connectors.webhook.models import WebhookEndpoint


class Subscription(models.Model):
    """Which changes a webhook endpoint is told of. `verbs` are those of the audit trail, or all of
    a family (`clock.*`), or all (`*`); `systems` and `severities` are null for any."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    endpoint = models.OneToOneField(
        WebhookEndpoint,
        on_delete=models.PROTECT,
        related_name="subscription",
        verbose_name=_("endpoint"),
    )
    verbs = models.JSONField()
    systems = models.JSONField(null=True)
    severities = models.JSONField(null=True)
    drills = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    paused_because = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.endpoint.name


class Course(models.Model):
    """How far a subscription was told: everything of the log before `place`. The one without an end
    goes on with the log; one that ends at `upto` tells again what was told before.

    `attempts` counts those of the event at which it stands; `lease_until` keeps other workers away.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="courses")
    place = models.PositiveBigIntegerField()
    upto = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    attempts = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(upto__isnull=True), name="course_one_goes_on"
            ),
            models.CheckConstraint(
                condition=Q(state="running") | Q(upto__isnull=False), name="course_ends_at_its_end"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="course_due", condition=Q(state="running"))]

    def __str__(self) -> str:
        return "again" if self.upto is not None else "live"


class Delivery(models.Model):
    """One attempt to tell of one change, and what came of it. Rows go when they are old."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="deliveries")
    place = models.PositiveBigIntegerField()
    entry_id = models.UUIDField()
    verb = models.CharField(max_length=64)
    number = models.PositiveIntegerField(help_text="Of the attempts at this change.")
    at = models.DateTimeField("time")
    delivered = models.BooleanField()
    status = models.PositiveSmallIntegerField(
        null=True, help_text="Of the answer, if there was one."
    )
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True, help_text="When it is tried again.")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "place"], condition=Q(delivered=True), name="delivered_once"
            ),
            models.UniqueConstraint(fields=["course", "place", "number"], name="delivery_attempt"),
        ]
        indexes = [
            models.Index(fields=["course", "-id"], name="delivery_course"),
            models.Index(fields=["at"], name="delivery_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verb}, attempt {self.number}"
