"""Typed readers of the environment: the only place that touches os.environ for settings.

A value that cannot be read is an error that names the variable and what it accepts; a setting never
falls back silently. `make run` writes the addresses of its embedded servers to
`var/run/services.json`, so that a command started in another terminal finds them.
"""

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

CHECKOUT: Final = Path(__file__).resolve().parent.parent
VAR: Final = Path(os.environ.get("BYLAW_VAR", CHECKOUT / "var"))
SERVICES_FILE: Final = VAR / "run" / "services.json"

KNOWN: Final = frozenset(
    {
        "BYLAW_ALLOWED_HOSTS",
        "BYLAW_API_KEY",
        "BYLAW_APPROVER_KEY",
        "BYLAW_ATTACHMENT_MEGABYTES",
        "BYLAW_DATABASE_POOL",
        "BYLAW_DEADMAN_SECONDS",
        "BYLAW_DEADMAN_URL",
        "BYLAW_DEBUG",
        "BYLAW_EXPORTS",
        "BYLAW_EXPORT_DAYS",
        "BYLAW_IDEMPOTENCY_HOURS",
        "BYLAW_LAG_SECONDS",
        "BYLAW_LEDGER_KEYS",
        "BYLAW_LOG_FORMAT",
        "BYLAW_LOG_LEVEL",
        "BYLAW_MAIL_CATCHER",
        "BYLAW_MAIL_FROM",
        "BYLAW_METRICS_TOKEN",
        "BYLAW_OIDC_CLIENT_ID",
        "BYLAW_OIDC_CLIENT_SECRET",
        "BYLAW_OIDC_ISSUER",
        "BYLAW_OIDC_NAME",
        "BYLAW_OIDC_ROLES_CLAIM",
        "BYLAW_OUTBOUND_ALLOW",
        "BYLAW_OUTBOUND_CA",
        "BYLAW_OUTBOX_LEASE_SECONDS",
        "BYLAW_OWNER_DATABASE_URL",
        "BYLAW_PORT",
        "BYLAW_PROXIES",
        "BYLAW_PUBLIC_URL",
        "BYLAW_RATE_LIMIT",
        "BYLAW_REQUIRE_IF_MATCH",
        "BYLAW_RETENTION",
        "BYLAW_SECOND_FACTOR",
        "BYLAW_SECRET_KEY",
        "BYLAW_SESSION_HOURS",
        "BYLAW_SESSION_IDLE_MINUTES",
        "BYLAW_SMTP_CA",
        "BYLAW_STALE_SECONDS",
        "BYLAW_TICK_SECONDS",
        "BYLAW_VAR",
        "BYLAW_WEB_BIND",
        "BYLAW_WEB_WORKERS",
        "BYLAW_WITNESS_FILE",
        "BYLAW_WITNESS_FILE_SECONDS",
        "BYLAW_WITNESS_MAIL",
        "BYLAW_WITNESS_MAIL_SECONDS",
        "BYLAW_WITNESS_PATIENCE_SECONDS",
        "BYLAW_WITNESS_STDOUT",
        "BYLAW_WITNESS_STDOUT_SECONDS",
        "BYLAW_WITNESS_STORE_KEY",
        "BYLAW_WITNESS_STORE_KEY_ID",
        "BYLAW_WITNESS_STORE_REGION",
        "BYLAW_WITNESS_STORE_SECONDS",
        "BYLAW_WITNESS_STORE_URL",
        "BYLAW_WITNESS_TSA_ROOT",
        "BYLAW_WITNESS_TSA_SECONDS",
        "BYLAW_WITNESS_TSA_URL",
        "BYLAW_WITNESS_WEBHOOK_KEY",
        "BYLAW_WITNESS_WEBHOOK_SECONDS",
        "BYLAW_WITNESS_WEBHOOK_URL",
        "BYLAW_WORKER_CONCURRENCY",
    }
)

#: Of these only whether they are set may be told.
SECRETS: Final = frozenset(
    {
        "BYLAW_API_KEY",
        "BYLAW_APPROVER_KEY",
        "BYLAW_DEADMAN_URL",
        "BYLAW_METRICS_TOKEN",
        "BYLAW_OIDC_CLIENT_SECRET",
        "BYLAW_SECRET_KEY",
        "BYLAW_WITNESS_STORE_KEY",
        "BYLAW_WITNESS_STORE_KEY_ID",
        "BYLAW_WITNESS_WEBHOOK_KEY",
        "BYLAW_WITNESS_WEBHOOK_URL",
    }
)
#: Of these where they lead, and not the password that they carry.
ADDRESSES: Final = frozenset(
    {
        "BYLAW_OWNER_DATABASE_URL",
        "BYLAW_WITNESS_STORE_URL",
        "BYLAW_WITNESS_TSA_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "SMTP_URL",
    }
)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_given: Final[dict[str, object]] = {}
_SMTP_PORTS: Final = {"none": 25, "starttls": 587, "implicit": 465}  # RFC 8314
_SECRET_LENGTH: Final = 16
_WEBHOOK_KEY_LENGTHS: Final = range(24, 65)  # bytes, Standard Webhooks 1.0
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)(:[0-9]{1,5})?")
_FALSE: Final = frozenset({"0", "false", "no", "off"})


def _noted(reader: Callable[Concatenate[str, _P], _T]) -> Callable[Concatenate[str, _P], _T]:
    """Keeps what the reader gave, for `effective`."""

    @wraps(reader)
    def read(name: str, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        _given[name] = found = reader(name, *args, **kwargs)
        return found

    return read


@_noted
def text(name: str, default: str) -> str:
    return os.environ.get(name, "") or default


def secret(name: str) -> str:
    """A word that others must not guess; empty when none is given."""
    word = os.environ.get(name, "")
    if word and len(word) < _SECRET_LENGTH:
        raise ImproperlyConfigured(f"{name}: give {_SECRET_LENGTH} or more random characters.")
    return word


@_noted
def flag(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name, "")
    if not raw:
        return default
    if raw.lower() in _TRUE:
        return True
    if raw.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: give one of 1, true, yes, on, 0, false, no, off.")


@_noted
def number(name: str, default: int, *, least: int = 0) -> int:
    raw = os.environ.get(name, "")
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r}: give a whole number.") from None
    if value < least:
        raise ImproperlyConfigured(f"{name}={value}: give {least} or more.")
    return value


@_noted
def names(name: str, default: tuple[str, ...]) -> list[str]:
    """A comma-separated list."""
    raw = os.environ.get(name, "")
    return [part.strip() for part in raw.split(",") if part.strip()] or list(default)


@_noted
def hosts(name: str) -> list[str]:
    """A comma-separated list of `host` or `host:port`, in lower case."""
    found = [part.lower() for part in names(name, ())]
    if wrong := [part for part in found if not _HOST.fullmatch(part)]:
        raise ImproperlyConfigured(
            f"{name}: {wrong[0]!r} is no host; give names such as hooks.internal or 10.0.0.5:8443."
        )
    return found


@_noted
def file(name: str) -> str:
    """The path of a file that is there; empty when none is given."""
    path = os.environ.get(name, "")
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"{name}={path!r}: there is no such file.")
    return path


def webhook_key(name: str) -> bytes:
    """A secret as Standard Webhooks writes it, `whsec_` and base64; empty when none is given."""
    raw = os.environ.get(name, "")
    if not raw:
        return b""
    try:
        key = base64.b64decode(raw.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not raw.startswith("whsec_") or len(key) not in _WEBHOOK_KEY_LENGTHS:
        raise ImproperlyConfigured(f"{name}: give whsec_ and 24 to 64 random bytes in base64.")
    return key


def together(name: str, other: str) -> None:
    """Raises ImproperlyConfigured where one of two settings is given without the other."""
    if bool(os.environ.get(name, "")) != bool(os.environ.get(other, "")):
        raise ImproperlyConfigured(f"{name} and {other}: give both or neither.")


@_noted
def choice(name: str, default: str, *, of: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in of:
        raise ImproperlyConfigured(f"{name}={value!r}: give one of {', '.join(of)}.")
    return value


def service(name: str, default: str) -> str:
    """The address of a server: from the environment, else from the running `make run`."""
    return os.environ.get(name, "") or running_services().get(name, default)


def database(name: str, default: str) -> dict[str, Any]:
    """A postgresql:// address as Django's settings of one database."""
    address = service(name, default)
    try:
        found = dict(dj_database_url.parse(address, conn_max_age=None))
    except (ValueError, dj_database_url.ParseError) as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read: {error}. Give postgresql://user:password@host:5432/database."
        ) from None
    return found


def smtp(name: str, default: str) -> dict[str, Any]:
    """smtp://user:password@host:port?tls=starttls|implicit|none, as Django's settings."""
    try:
        parts = urlsplit(service(name, default))
        port = parts.port
        given = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError:  # whose words may be a piece of a password
        raise _no_smtp(name, "its port, or a sign in the password that needs %-encoding") from None
    tls = given.pop("tls", "none")
    if parts.scheme != "smtp" or parts.path.strip("/") or given:
        raise _no_smtp(name, "there is no such scheme, path or parameter")
    if tls not in _SMTP_PORTS:
        raise _no_smtp(name, f"tls={tls!r} is unknown")
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": port or _SMTP_PORTS[tls],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "implicit",
    }


def running_services() -> Mapping[str, str]:
    try:
        found = json.loads(SERVICES_FILE.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def secret_key() -> str:
    """The signing key: from the environment, else a file made on first use (mode 0600)."""
    given = os.environ.get("BYLAW_SECRET_KEY", "")
    if given:
        return given
    file = VAR / "secret-key"
    try:
        return file.read_text().strip()
    except OSError:
        pass
    key = secrets.token_urlsafe(48)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    except OSError:
        return key  # a read-only checkout: sessions then end with the process
    with os.fdopen(descriptor, "w") as out:
        out.write(key + "\n")
    return key


def effective() -> Mapping[str, str]:
    """What every setting is in this process, by name; nothing of a secret but whether it is set.
    One that this process does not read is as the environment has it."""
    return {name: _shown(name) for name in sorted(KNOWN | ADDRESSES)}


def _shown(name: str) -> str:
    if name in SECRETS:
        return "set" if os.environ.get(name) else "not set"
    if name in ADDRESSES:
        return _place(service(name, ""))
    if name == "BYLAW_VAR":
        return str(VAR)
    found = _given.get(name, os.environ.get(name, ""))
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)


def _place(address: str) -> str:
    """Scheme, host, port and path. A password with signs that should have been encoded may reach
    into the path: then nothing is shown."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "set"
    if "@" in address.replace(parts.netloc, "", 1):
        return "set"
    if not address:
        return "not set"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _no_smtp(name: str, why: str) -> ImproperlyConfigured:
    form = "smtp://user:password@host:587?tls=starttls (or implicit, none)"
    return ImproperlyConfigured(f"{name} cannot be read: {why}. Give {form}.")


def unknown() -> list[str]:
    """Variables that look like ours and are not: probably a misspelt setting."""
    return sorted(n for n in os.environ if n.startswith("BYLAW_") and n not in KNOWN)
