from incidents.models.incident import Incident


class Retained(Incident):
    """A closed incident as the schedule of retention lists it."""

    class Meta:
        proxy = True
        verbose_name = "kept incident"
        ordering = ["closed_at", "id"]
