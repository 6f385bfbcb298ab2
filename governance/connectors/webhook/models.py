from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids


class WebhookEndpoint(models.Model):
    """Where events go that a policy addresses to `name`. The name stays, the address may change."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.CharField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=500, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("webhook endpoint")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class WebhookSecret(models.Model):
    """What signs the events of an endpoint, sealed by the vault. After a rotation the old one signs
    too, until `ends_at`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=models.Q(ends_at__isnull=True),
                name="webhook_one_lasting_secret",
            )
        ]

    def __str__(self) -> str:
        return f"secret {self.id}"  # of the secret itself nothing
