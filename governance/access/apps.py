from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "governance.access"
    verbose_name = "Accesses on record"
