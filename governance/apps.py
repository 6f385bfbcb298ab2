from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Governance")

    def ready(self) -> None:
        # Registers the system checks; Django finds them only once the module is loaded.
        from governance import checks  # noqa: F401, PLC0415
