from typing import Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.clock import Clock
from incidents.models.dispensation import Dispensation
from incidents.models.duty import Duty
from incidents.models.incident import Incident

#: How the step of a reminder begins whose clock waits for what the rest of it names.
WAITS: Final = "waits"
WAITS_FOR: Final = f"{WAITS} for "
NO_LIMIT: Final = f"{WAITS}: no limit holds"
#: The step of the reminder of a target that we set ourselves.
TARGET: Final = "our own target"

#: Kinds of which the step says nothing more.
_ALONE: Final = frozenset({"at_risk", "question"})


class Timer(models.Model):
    """Something that time will set in motion. These rows are the schedule: the sweep claims what is
    due, and whatever process dies, the row still says what is owed."""

    class Kind(models.TextChoices):
        ESCALATION = "escalation", _("Escalation step")
        REMINDER = "reminder", _("Reminder")
        AT_RISK = "at_risk", _("At risk")
        OVERDUE = "overdue", _("Overdue")
        QUESTION = "question", _("Question unanswered")
        SUPERSEDED = "superseded", _("Duty superseded")
        HELD = "held", _("Held-back message")
        CONFIRM = "confirm", _("Decision not to notify, unconfirmed")
        REQUEST = "request", _("Request undecided")
        REVIEW = "review", _("Review of a dispensation")

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        FIRED = "fired", _("Fired")
        COALESCED = "coalesced", _("Left out for a later one of the same clock")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="timers", db_index=False
    )
    duty = models.ForeignKey(Duty, null=True, on_delete=models.PROTECT, related_name="timers")
    clock = models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="timers")
    dispensation = models.ForeignKey(
        Dispensation, null=True, on_delete=models.PROTECT, related_name="timers"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    step = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)
    ladder = models.PositiveIntegerField(
        default=0, help_text="Of a step: the ladder of the incident that it belongs to."
    )
    said = models.JSONField(null=True, help_text="What a held-back message says, and to whom.")

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="timer_pending", condition=models.Q(state="pending")
            ),
            models.Index(fields=["incident", "due_at"], name="timer_incident"),
            models.Index(fields=["due_at", "id"], name="timer_due"),
            models.Index(fields=["kind", "id"], name="timer_kind"),
            models.Index(
                fields=["-due_at"], name="timer_over", condition=~models.Q(state="pending")
            ),
            models.Index(
                fields=["retry_at"],
                name="timer_put_off",
                condition=models.Q(state="pending", retry_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """What it is, and which of its kind: `Reminder: 50%`, `Overdue, no. 2`."""
        name = self.get_kind_display()
        if self.kind in _ALONE or not self.step:
            return name
        if self.kind == self.Kind.ESCALATION:
            return gettext("%(name)s %(step)s") % {"name": name, "step": self.step}
        if self.step == "1":
            return name
        if self.step.isdecimal():
            return gettext("%(name)s, no. %(step)s") % {"name": name, "step": self.step}
        return f"{name}: {self._step}"

    @property
    def _step(self) -> str:
        """The step for people. Policies call most of them; the rest is of the schedule itself."""
        said = self.step.replace("_", " ")
        if self.step == TARGET:
            return gettext("our own target")
        if self.step == NO_LIMIT:
            return gettext("waits: no limit holds")
        if self.waits:
            names = said.removeprefix(WAITS_FOR)
            return gettext("waits for %(names)s") % {"names": names}
        return said

    @property
    def repeats(self) -> bool:
        """Whether firing it sets the next of its kind: `step` is then its number, or what its clock
        waits for."""
        numbered = self.kind in {self.Kind.REMINDER, self.Kind.OVERDUE} and self.step.isdecimal()
        return numbered or self.waits

    @property
    def waits(self) -> bool:
        """Whether it reminds of a clock that has not started."""
        return self.kind == self.Kind.REMINDER and self.step.startswith(WAITS)
