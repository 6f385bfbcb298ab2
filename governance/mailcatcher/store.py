"""The caught messages: one .eml file each, its name its id and its order."""

import email
import email.policy
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
_KEPT: Final = 1_000


@dataclass(frozen=True)
class Caught:
    """One message as a list shows it; header values are the sender's and untrusted."""

    id: str
    subject: str
    sender: str
    recipients: str
    date: datetime | None
    message_id: str


def keep(directory: Path, content: bytes) -> str:
    """Store a message atomically and return its id; the oldest beyond 1,000 are dropped."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    draft = directory / f"{name}.new"
    draft.write_bytes(content)
    draft.replace(directory / f"{name}.eml")
    for old in _files(directory)[_KEPT:]:
        old.unlink(missing_ok=True)
    return name


def newest(directory: Path, *, limit: int = 200) -> list[Caught]:
    return [_summary(file.stem, _parse(file)) for file in _files(directory)[:limit]]


def find(directory: Path, name: str) -> tuple[Caught, str, str] | None:
    """One message, its plain text and its HTML, empty where it has none; None for an id that is not
    one of ours."""
    file = directory / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        return None
    message = _parse(file)
    return _summary(name, message), _part(message, "plain"), _part(message, "html")


def _files(directory: Path) -> list[Path]:
    """Newest first."""
    return sorted(directory.glob("*.eml"), reverse=True)


def _parse(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def _summary(name: str, message: EmailMessage) -> Caught:
    return Caught(
        id=name,
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipients=_header(message, "To"),
        date=_date(message),
        message_id=_header(message, "Message-ID"),
    )


def _header(message: EmailMessage, name: str) -> str:
    """Empty for a header that is missing, or too malformed for Python's parser."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):
        return ""


def _date(message: EmailMessage) -> datetime | None:
    """In UTC where the offset is `-0000`: that says so (RFC 5322, 3.3), and Django writes it."""
    try:
        found: datetime | None = message["Date"].datetime
    except (ValueError, IndexError, AttributeError):
        return None
    if found is None or found.tzinfo is not None:
        return found
    return found.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
