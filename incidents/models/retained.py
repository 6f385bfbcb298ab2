from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident


class Retained(Incident):
    """A closed incident as the schedule of retention lists it."""

    class Meta:
        verbose_name = _("kept incident")
        verbose_name_plural = _("kept incidents")
        proxy = True
        ordering = ["closed_at", "id"]
