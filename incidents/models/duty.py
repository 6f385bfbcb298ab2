from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.decision import Decision
from incidents.models.incident import Incident


class Duty(models.Model):
    """One duty of one incident, as the policy version that opened it words it.

    `undetermined` is a question: somebody must find out the `missing` facts by `determine_by`. In
    shadow, the duty is shown and reminded of, but is never overdue and keeps nothing open.

    `not_applicable` is a decision not to notify, which somebody confirms or contests by
    `confirm_by`, unless it is in shadow. A contested one is open, and no later decision of the
    policies closes it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UNDETERMINED = "undetermined", _("To be determined")
        FULFILLED = "fulfilled", _("Fulfilled")
        SUPERSEDED = "superseded", _("Superseded")
        WAIVED = "waived", _("Waived")
        CANCELLED = "cancelled", _("Called off")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    class Confirmation(models.TextChoices):
        NOT_ASKED = "", _("Not asked")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        CONTESTED = "contested", _("Contested")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="duties", db_index=False
    )
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
    state = models.CharField(_("state"), max_length=16, choices=State)
    shadow = models.BooleanField(_("shadow"), default=False)
    shadow_because = models.CharField(max_length=250, blank=True)
    superseded_by = models.CharField(max_length=80, blank=True)
    missing = ArrayField(models.CharField(max_length=160), default=list)
    determine_by = models.DateTimeField(null=True)
    because = models.CharField(
        max_length=500,
        blank=True,
        help_text="Why it does not apply, where that was found later than the duty's row was made.",
    )
    confirmation = models.CharField(
        _("confirmation"),
        max_length=12,
        choices=Confirmation,
        default=Confirmation.NOT_ASKED,
        blank=True,
    )
    confirm_by = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    contested_at = models.DateTimeField(null=True)
    contested_by = models.CharField(max_length=80, blank=True)
    confirmation_note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "policy_name", "duty"], name="duty_once_an_incident"
            ),
            # What the clocks' own `shadow` refers to.
            models.UniqueConstraint(fields=["id", "shadow"], name="duty_shadow_of_clocks"),
            models.CheckConstraint(
                condition=~models.Q(state="undetermined") | models.Q(determine_by__isnull=False),
                name="duty_question_has_its_limit",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="not_applicable", shadow=False)
                | models.Q(confirmation__in=["unconfirmed", "confirmed"]),
                name="duty_decision_is_confirmed_or_waits",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmation="unconfirmed")
                | models.Q(state="not_applicable", confirm_by__isnull=False),
                name="duty_unconfirmed_has_its_limit",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmation="confirmed")
                | models.Q(state="not_applicable", confirmed_at__isnull=False)
                & models.Q(confirmed_by__startswith="user:"),
                name="duty_confirmed_by_a_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmation="contested")
                | ~models.Q(state="not_applicable")
                & models.Q(contested_at__isnull=False, contested_by__startswith="user:"),
                name="duty_contested_by_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="")
                | ~models.Q(confirmed_by=models.F("contested_by")),
                name="duty_contest_overruled_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "owner", "id"], name="duty_state_owner"),
            models.Index(
                fields=["incident", "owner"],
                name="duty_unconfirmed",
                condition=models.Q(confirmation="unconfirmed"),
            ),
            models.Index(
                fields=["determine_by"],
                name="duty_to_determine",
                condition=models.Q(determine_by__isnull=False),
            ),
            models.Index(
                fields=["confirm_by"],
                name="duty_to_confirm",
                condition=models.Q(confirm_by__isnull=False),
            ),
            models.Index(
                fields=["closed_at", "id"],
                name="duty_closed_at",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(fields=["policy_name", "id"], name="duty_policy"),
            models.Index(fields=["id"], name="duty_shadow", condition=models.Q(shadow=True)),
        ]

    def __str__(self) -> str:
        return self.title
