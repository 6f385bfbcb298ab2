from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class SeverityOverride(models.Model):
    """A person's word on the severity of an incident, beside the level that the policies compute.

    A more severe `level` holds at once, and the incident is never less severe while it does. A less
    severe one `lowers`: it holds once another person approves, and ends when the policies compute a
    more severe level than `computed`, the one that it was asked against. `requested_by` and
    `decided_by` are the persons behind, as `people.behind` names them.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        IN_FORCE = "in_force", _("In force")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="severity_overrides"
    )
    level = models.CharField(max_length=16)
    computed = models.CharField(max_length=16)
    lowers = models.BooleanField()
    reason = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("severity override")
        verbose_name_plural = _("severity overrides")
        ordering = ["-id"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["incident"],
                    condition=Q(state=state),
                    name=f"severity_override_one_{state}",
                )
                for state in ("requested", "in_force")
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(requested_by=""),
                name="severity_override_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(lowers=True) | ~Q(state__in=["requested", "refused", "withdrawn"]),
                name="severity_override_raise_waits_for_nobody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"], decided_by="")
                | Q(lowers=False, decided_by="")
                | Q(decided_at__isnull=False, decided_by__startswith="user:"),
                name="severity_override_decided_by_person",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="severity_override_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "ended"]) | Q(ended_at__isnull=False),
                name="severity_override_ended_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} instead of {self.computed}"
