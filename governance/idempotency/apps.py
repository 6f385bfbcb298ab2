from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdempotencyConfig(AppConfig):
    name = "governance.idempotency"
    verbose_name = _("Answers kept for retries")
