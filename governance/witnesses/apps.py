from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WitnessesConfig(AppConfig):
    name = "governance.witnesses"
    verbose_name = _("Witnesses")
