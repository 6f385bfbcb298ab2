from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance import ids
from incidents.models.decision import Decision
from incidents.models.incident import Incident


class Duty(models.Model):
    """One duty of one incident, as the policy version that opened it words it.

    `undetermined` is a question: somebody must find out the `missing` facts by `determine_by`. In
    shadow, the duty is shown and reminded of, but is never overdue and keeps nothing open.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        UNDETERMINED = "undetermined", "To be determined"
        FULFILLED = "fulfilled", "Fulfilled"
        SUPERSEDED = "superseded", "Superseded"
        NOT_APPLICABLE = "not_applicable", "Does not apply"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="duties")
    policy = models.CharField(max_length=160, help_text="kind/name@version")
    policy_name = models.CharField(max_length=80)
    policy_digest = models.CharField(max_length=64)
    regime = models.CharField(max_length=250)
    duty = models.CharField(max_length=80)
    title = models.CharField(max_length=500)
    citation = models.CharField(max_length=1000)
    recipient = models.CharField(max_length=1000)
    owner = models.CharField(max_length=80)
    state = models.CharField(max_length=16, choices=State)
    shadow = models.BooleanField(default=False)
    shadow_because = models.CharField(max_length=250, blank=True)
    superseded_by = models.CharField(max_length=80, blank=True)
    missing = ArrayField(models.CharField(max_length=160), default=list)
    determine_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "duties"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "policy_name", "duty"], name="duty_once_an_incident"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="undetermined") | models.Q(determine_by__isnull=False),
                name="duty_question_has_its_limit",
            ),
        ]
        indexes = [models.Index(fields=["state", "owner", "id"], name="duty_state_owner")]

    def __str__(self) -> str:
        return self.title
