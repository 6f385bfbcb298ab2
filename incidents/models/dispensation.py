from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.clock import Clock
from incidents.models.duty import Duty
from incidents.models.incident import Incident


class Dispensation(models.Model):
    """Leave, on a legal ground, to report later (delay), to let the period stand still (pause) or
    not to perform a duty at all (waiver). A request changes nothing until another person approves.

    `since` is when a pause begins; `ends_at` when the sweep ends what is in force, if nobody does
    before. `requested_by` and `decided_by` are the persons behind, as `people.behind` names them.
    Triggers keep what was asked, the order of the states and two persons apart.
    """

    class Kind(models.TextChoices):
        DELAY = "delay", _("Delay")
        PAUSE = "pause", _("Pause")
        WAIVER = "waiver", _("Waiver")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("In force")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="dispensations")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="dispensations")
    clock = models.ForeignKey(
        Clock, null=True, on_delete=models.PROTECT, related_name="dispensations"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    ground = models.CharField(_("legal ground"), max_length=1000)
    reason = models.TextField()
    evidence = models.CharField(max_length=500, blank=True, help_text="Where the proof is kept.")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=1000, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Failed tries to end it in time.")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dispensation")
        verbose_name_plural = _("dispensations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["delay", "pause"], clock__isnull=False)
                | Q(kind="waiver", clock__isnull=True),
                name="dispensation_of_clock_or_duty",
            ),
            models.CheckConstraint(
                condition=Q(kind="delay", until__isnull=False, since__isnull=True)
                | Q(kind="pause", until__isnull=False)
                | Q(kind="pause", review_at__isnull=False)
                | Q(kind="waiver", until__isnull=True, since__isnull=True),
                name="dispensation_has_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(ground="") & ~Q(reason="") & ~Q(requested_by=""),
                name="dispensation_has_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"], decided_by="")
                | Q(state__in=["approved", "refused", "ended"], decided_at__isnull=False)
                & Q(decided_by__startswith="user:"),
                name="dispensation_decided_by_person",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="dispensation_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(kind="waiver") | Q(ends_at__isnull=False),
                name="dispensation_in_force_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind="pause", state__in=["approved", "ended"])
                | Q(since__isnull=False),
                name="dispensation_pause_has_begun",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "ended"]) | Q(ended_at__isnull=False),
                name="dispensation_ended_has_its_time",
            ),
            *(
                models.UniqueConstraint(
                    fields=["duty", "clock", "kind"],
                    condition=Q(state=state),
                    nulls_distinct=False,
                    name=f"dispensation_one_{state}",
                )
                for state in ("requested", "approved")
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                name="dispensation_to_end",
                condition=Q(state="approved", ends_at__isnull=False),
            ),
            models.Index(fields=["state", "id"], name="dispensation_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about.title}"

    @property
    def about(self) -> Clock | Duty:
        """What it is for."""
        return self.clock if self.clock is not None else self.duty
