from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.duty import Duty
from incidents.models.incident import Incident


class Clock(models.Model):
    """The clock of one stage of one duty, with everything that counted it frozen on the row.

    `legal_due` is when the period expires; `conservative_due`, never later, is the one to work to.
    Both are empty for a stage that the law wants promptly and without a number. A stage that goes
    to several recipients has a clock for each, and one that recurs a clock for each `occurrence`.

    `release` is the one that counted what stands here; one that would count the same is not noted.
    Where a delay or a pause moved the dues, `counted_…` has what the policy alone counts. The dues
    of a paused clock are those if the pause lasts to its enforced end, `paused_until`.
    """

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not started")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FULFILLED = "fulfilled", _("Fulfilled")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="clocks")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    stage = models.CharField(max_length=80)
    recipient_id = models.CharField(
        max_length=80, blank=True, help_text="Empty when the stage goes to one recipient only."
    )
    occurrence = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=500)
    citation = models.CharField(max_length=1000)
    recipient = models.CharField(max_length=1000)
    content = ArrayField(models.TextField(), default=list)
    shadow = models.BooleanField(
        default=False, help_text="As of its duty; the database carries changes over to here."
    )
    optional = models.BooleanField(
        default=False, help_text="Owed only if its start comes to pass; waiting keeps nothing open."
    )
    state = models.CharField(max_length=12, choices=State)
    waits_for = ArrayField(models.CharField(max_length=80), default=list)
    missing = ArrayField(
        models.CharField(max_length=160),
        default=list,
        help_text="Facts that would settle whether the stage is owed; until then it is.",
    )
    anchor = models.CharField(max_length=80, blank=True)
    period = models.CharField(max_length=80, blank=True)
    counting = models.CharField(max_length=40, blank=True)
    calendar = models.CharField(max_length=160, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    release = models.ForeignKey(
        "policies.Release", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    waiting_since = models.DateTimeField(
        null=True, help_text="Since when it waits, whatever for; one that ended waiting keeps it."
    )
    started_at = models.DateTimeField(null=True)
    target_due = models.DateTimeField(null=True)
    conservative_due = models.DateTimeField(null=True)
    legal_due = models.DateTimeField(null=True)
    at_risk_from = models.DateTimeField(null=True)
    counted_target_due = models.DateTimeField(null=True)
    counted_conservative_due = models.DateTimeField(null=True)
    counted_legal_due = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    fulfilled_by = models.CharField(max_length=80, blank=True)
    receipt_number = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    sent_to = models.CharField(max_length=500, blank=True, help_text="To whom it was sent.")
    approved_by = models.CharField(max_length=80, blank=True)
    unapproved = models.BooleanField(
        default=False, help_text="The policy wanted an approval, and it was sent without one."
    )
    cancelled_because = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "stage", "recipient_id", "occurrence"], name="clock_once"
            ),
            models.UniqueConstraint(
                fields=["duty", "stage", "recipient_id"],
                condition=models.Q(state__in=["running", "paused", "not_started"]),
                name="clock_one_unfinished",
            ),
            models.CheckConstraint(
                condition=models.Q(occurrence__gte=1), name="clock_occurrence_from_one"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(started_at__isnull=False),
                name="clock_running_has_started",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(release__isnull=False),
                name="clock_running_has_its_release",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="not_started") | models.Q(waiting_since__isnull=False),
                name="clock_waiting_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(waiting_since__isnull=True),
                name="clock_running_does_not_wait",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paused")
                | models.Q(
                    started_at__isnull=False,
                    paused_since__isnull=False,
                    paused_until__isnull=False,
                    paused_until__gt=models.F("paused_since"),
                ),
                name="clock_paused_has_its_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="fulfilled") | models.Q(fulfilled_at__isnull=False),
                name="clock_fulfilled_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(conservative_due__isnull=True)
                | models.Q(conservative_due__lte=models.F("legal_due")),
                name="clock_conservative_first",
            ),
            models.CheckConstraint(
                condition=models.Q(conservative_due__isnull=True)
                | models.Q(legal_due__isnull=False),
                name="clock_has_both_dues_or_none",
            ),
            models.CheckConstraint(
                condition=models.Q(unapproved=False)
                | (models.Q(approved_by="") & ~models.Q(note="")),
                name="clock_unapproved_has_its_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["conservative_due", "legal_due"],
                name="clock_started_due",
                condition=models.Q(state__in=["running", "paused"]),
            ),
            models.Index(
                fields=["waiting_since"],
                name="clock_waiting",
                condition=models.Q(state="not_started"),
            ),
            models.Index(fields=["state", "id"], name="clock_state"),
            models.Index(fields=["conservative_due", "id"], name="clock_due"),
            models.Index(fields=["legal_due", "id"], name="clock_legal_due"),
            models.Index(fields=["started_at", "id"], name="clock_started"),
            models.Index(fields=["id"], name="clock_shadow", condition=models.Q(shadow=True)),
            models.Index(
                fields=["legal_due", "at_risk_from"],
                name="clock_started_legal",
                condition=models.Q(state__in=["running", "paused"]),
            ),
            models.Index(
                fields=["waiting_since", "id"],
                name="clock_waits",
                condition=models.Q(state="not_started", optional=False)
                & ~models.Q(waits_for__0__startswith="submitted:"),
            ),
            models.Index(
                fields=["fulfilled_at"],
                name="clock_fulfilled",
                condition=models.Q(state="fulfilled"),
            ),
            models.Index(
                fields=["id"],
                name="clock_met_late",
                condition=models.Q(state="fulfilled", fulfilled_at__gte=models.F("legal_due")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
