"""System checks: what an operator should hear before the service starts."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from governance import env


@register()
def unknown_settings(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"{name} is set, and Bylaw has no such setting.",
            hint="See docs/operation.md for the settings; a misspelt one has no effect.",
            id="bylaw.W001",
        )
        for name in env.unknown()
        if not name.startswith(("BYLAW_TEST_", "BYLAW_API_"))
    ]


@register(Tags.database)
def postgresql_only(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine == "django.db.backends.postgresql":
        return []
    return [
        Error(
            f"Bylaw runs on PostgreSQL only; DATABASE_URL gives {engine}.",
            hint="Use a postgresql:// address, or unset it to use the embedded server.",
            id="bylaw.E001",
        )
    ]
