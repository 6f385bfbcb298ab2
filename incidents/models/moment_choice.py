from typing import Self

from django.db import models

from governance import ids
from incidents.models.incident import Incident
from incidents.models.moment import Moment


class Choices(models.QuerySet["MomentChoice"]):
    def holding(self) -> Self:
        """The choice that holds now for each incident and moment: the one place that says which
        candidate counts."""
        latest = self.order_by("incident_id", "name", "-number")
        return latest.distinct("incident_id", "name")


class MomentChoice(models.Model):
    """Which candidate counts as the time of a moment from here on, and why.

    The choices of one moment are numbered, because clocks of machines differ; the highest number
    holds. Triggers refuse any change, a candidate of another incident or moment, and a withdrawn
    one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="moment_choices", db_index=False
    )
    name = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    moment = models.ForeignKey(Moment, on_delete=models.PROTECT, related_name="choices")
    because = models.TextField(blank=True)
    chosen_by = models.CharField(max_length=80)
    chosen_at = models.DateTimeField()

    objects = Choices.as_manager()

    class Meta:
        ordering = ["incident_id", "name", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "name", "number"], name="moment_choice_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="moment_choice_number_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} no. {self.number}"
