"""E-mail over SMTP (RFC 5321), with a Message-ID (RFC 5322, 3.6.4) that every attempt repeats."""

import smtplib
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from governance.connectors.contract import DeliveryError, Parcel

_PERMANENT: Final = range(500, 600)  # RFC 5321, 4.2.1: permanent negative completion


class EmailChannel:
    """Keeps one SMTP connection open for the parcels of a batch."""

    def __init__(self) -> None:
        self._connection: EmailBackend | None = None

    def deliver(self, parcel: Parcel) -> str:
        message_id = f"<{parcel.id}@{_domain()}>"
        message = EmailMessage(
            subject=parcel.subject,
            body=parcel.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[parcel.destination],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=self._open(),
        )
        try:
            if message.send() != 1:
                raise DeliveryError("There is no address to send to.", permanent=True)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refusal(code, answer) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"SMTP: {error}", permanent=False) from error
        except ValueError as error:  # an address or header that no mail can carry
            raise DeliveryError(f"Not a deliverable message: {error}", permanent=True) from error
        return message_id

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _open(self) -> EmailBackend:
        if self._connection is None:
            connection = EmailBackend()
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                raise DeliveryError(
                    f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer: "
                    f"{error}",
                    permanent=False,
                ) from error
            self._connection = connection
        return self._connection


def _refusal(code: int, answer: bytes | str) -> DeliveryError:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return DeliveryError(f"SMTP {code}: {words}", permanent=code in _PERMANENT)


def _domain() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
