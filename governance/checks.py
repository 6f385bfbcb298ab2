"""System checks: what an operator should hear before the service starts.

Those for deployment refuse what is unsafe as soon as others than this machine are served:
`manage.py check --deploy` tells of them, and `manage.py prepare` goes no further.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks

from governance import env

_KEY_LENGTH: Final = 50
_KEY_SIGNS: Final = 5


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


def refused() -> Sequence[CheckMessage]:
    """The errors of the checks for deployment."""
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [each for each in found if each.is_serious() and not each.is_silenced()]


@register(Tags.security, deploy=True)
def no_debugging(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return _error(
        "E010",
        settings.DEBUG and _public(),
        "BYLAW_DEBUG is on, and pages of errors would show settings and data to everybody.",
        "Unset BYLAW_DEBUG.",
    )


@register(Tags.security, deploy=True)
def encrypted(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return _error(
        "E011",
        _public() and urlsplit(settings.PUBLIC_URL).scheme != "https",
        "BYLAW_PUBLIC_URL is plain http: passwords and incidents would cross the network in clear.",
        "Put a proxy with a certificate in front, and give its https:// address.",
    )


@register(Tags.security, deploy=True)
def strong_secret(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    weak = len(key) < _KEY_LENGTH or len(set(key)) < _KEY_SIGNS
    return _error(
        "E012",
        _public() and weak,
        "BYLAW_SECRET_KEY is too short or too plain; whoever guesses it can feign every session.",
        "Set it to 50 or more random characters: openssl rand -hex 32.",
    )


@register(Tags.security, deploy=True)
def named_hosts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return _error(
        "E013",
        "*" in settings.ALLOWED_HOSTS,
        "BYLAW_ALLOWED_HOSTS lets every host name in, so a caller decides where our links lead.",
        "Name the hosts; that of BYLAW_PUBLIC_URL is allowed already.",
    )


@register(Tags.security, deploy=True)
def second_factors(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return _error(
        "E014",
        _public() and settings.SECOND_FACTOR == "optional",
        "Nobody has to have a second factor: one guessed password could approve policies.",
        "Set BYLAW_SECOND_FACTOR to approvers or everyone.",
    )


@register(Tags.security, deploy=True)
def encrypted_mail(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    secured = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    return _error(
        "E015",
        settings.EMAIL_HOST_USER and not secured and not _here(settings.EMAIL_HOST),
        "SMTP_URL gives the mail server's password in clear to whoever listens.",
        "Add ?tls=starttls or ?tls=implicit to it.",
    )


@register(Tags.security, deploy=True)
def encrypted_sign_on(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    issuer = urlsplit(settings.OIDC_ISSUER)
    return _error(
        "E016",
        issuer.hostname and issuer.scheme != "https" and not _here(issuer.hostname),
        "BYLAW_OIDC_ISSUER is plain http: whoever is in between could sign on as anybody.",
        "Give the provider's https:// address.",
    )


@register(Tags.security, deploy=True)
def counted_proxies(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    if not _public() or settings.PROXIES:
        return []
    return [
        Warning(
            "BYLAW_PROXIES is 0: all who sign in would count as one address, the proxy's.",
            hint="Set it to the number of your proxies that add to X-Forwarded-For.",
            id="bylaw.W010",
        )
    ]


def _error(id_: str, wrong: object, message: str, hint: str) -> list[CheckMessage]:
    return [Error(message, hint=hint, id=f"bylaw.{id_}")] if wrong else []


def _public() -> bool:
    """Whether others than this machine are served."""
    return not _here(urlsplit(settings.PUBLIC_URL).hostname or "")


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761, 6.3
