from django.apps import AppConfig


class WitnessesConfig(AppConfig):
    name = "governance.witnesses"
    verbose_name = "Witnesses"
