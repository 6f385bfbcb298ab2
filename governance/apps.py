from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        # Registers the system checks; Django finds them only once the module is loaded.
        from governance import checks  # noqa: F401, PLC0415
