from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "governance.outbox"
    verbose_name = "Messages"
