from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident


class Retained(Incident):
    """A closed incident as the schedule of retention lists it."""

    class Meta:
        proxy = True
        verbose_name = _("kept incident")
        ordering = ["closed_at", "id"]
