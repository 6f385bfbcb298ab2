from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids
from incidents.models.clock import Clock
from incidents.models.incident import Incident
from incidents.models.notice import Notice


class FileContent(models.Model):
    """The bytes of a file, once for however many attachments have them. The database checks that
    the key is their SHA-256, and refuses any change but an erasure, after which there are none."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class Attachment(models.Model):
    """A file that belongs to an incident, as somebody added it. Triggers refuse any change."""

    class Purpose(models.TextChoices):
        ENCLOSURE = "enclosure", _("To go with a notice")
        RECEIPT = "receipt", _("Proves that something arrived")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="attachments")
    clock = models.ForeignKey(
        Clock, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    notice = models.ForeignKey(
        Notice, null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.OTHER)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    content = models.ForeignKey(FileContent, on_delete=models.PROTECT, related_name="attachments")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
