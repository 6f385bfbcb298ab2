from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "governance.idempotency"
    verbose_name = "Answers kept for retries"
