from django.apps import AppConfig


class WebhookConfig(AppConfig):
    name = "governance.connectors.webhook"
    verbose_name = "Webhooks"
