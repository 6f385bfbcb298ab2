"""A parcel as a mail (RFC 5322): the text, the same as HTML, and headers that let mail programs
thread and sort it, and no program answer it."""

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from governance.connectors.contract import Parcel

_ALWAYS: Final = {
    "Auto-Submitted": "auto-generated",  # RFC 3834: no vacation notes, please
    "X-Auto-Response-Suppress": "All",  # the same for Exchange
}


def write(parcel: Parcel, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    written = EmailMultiAlternatives(
        subject=parcel.subject,
        body=parcel.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[parcel.destination],
        headers={"Message-ID": message_id(parcel), **_ALWAYS, **_belonging(parcel)},
        connection=connection,
    )
    if parcel.html:
        written.attach_alternative(parcel.html, "text/html")
    return written


def message_id(parcel: Parcel) -> str:
    """The same for every attempt (RFC 5322, 3.6.4), so that a mail that came twice shows as one."""
    return f"<{parcel.id}@{_domain()}>"


def _belonging(parcel: Parcel) -> dict[str, str]:
    """A thread has a root that nobody sent; mail programs put together what refers to it."""
    found: dict[str, str] = {}
    if parcel.thread is not None:
        found |= {"In-Reply-To": _root(parcel.thread), "References": _root(parcel.thread)}
    if parcel.incident:
        found |= {
            "X-Bylaw-Incident": parcel.incident,
            "List-ID": f"Incidents <incidents.{_domain()}>",  # RFC 2919: what filters sort by
        }
    return found


def _root(thread: UUID) -> str:
    return f"<incident.{thread}@{_domain()}>"


def _domain() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
