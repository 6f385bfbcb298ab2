from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.incident import Incident


class Erasure(models.Model):
    """Personal data of an incident, or of a person with an account, that somebody asked to have
    erased, or whose time was over (`kept_class` names the record class then).

    `what` names the parts of an incident; `erased` says how many things of each went.
    `requested_by` and `decided_by` are the persons behind. Triggers keep what was asked, and two
    persons apart. That something is erased is said by the ledger; this row is the request.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="erasures"
    )
    person = models.UUIDField(null=True, help_text="The account whose name and address go.")
    what = ArrayField(models.CharField(max_length=20), default=list)
    kept_class = models.CharField(max_length=40, blank=True)
    ground = models.CharField(_("legal ground"), max_length=1000)
    reason = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    erased = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, person__isnull=True)
                | Q(incident__isnull=True, person__isnull=False),
                name="erasure_of_incident_or_person",
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="erasure_has_its_ground"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="erasure_takes_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "withdrawn"], decided_by="")
                | Q(state__in=["done", "refused"], decided_at__isnull=False)
                & (Q(decided_by__startswith="user:") | ~Q(kept_class="") & Q(decided_by="")),
                name="erasure_decided_by_person_or_time",
            ),
            models.UniqueConstraint(
                fields=["incident", "kept_class"],
                condition=~Q(kept_class=""),
                name="erasure_once_a_class",
            ),
            models.UniqueConstraint(
                fields=["incident", "person"],
                condition=Q(state="requested"),
                nulls_distinct=False,
                name="erasure_one_requested",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="erasure_state")]

    def __str__(self) -> str:
        if self.incident is not None:
            return gettext("Erasure: %(about)s") % {"about": self.incident.reference}
        return gettext("Erasure: person %(person)s") % {"person": self.person}
