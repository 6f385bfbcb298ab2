from django.apps import AppConfig


class HeartbeatConfig(AppConfig):
    name = "governance.heartbeat"
    verbose_name = "Engine"
