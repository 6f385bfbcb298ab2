"""E-mail over SMTP (RFC 5321). With STARTTLS or TLS from the start, the server's certificate has to
be that of its name and of an authority that is trusted; without, nothing is sent."""

import smtplib
import ssl

from django.conf import settings

from governance.connectors.contract import DeliveryError, Parcel, Reach
from governance.connectors.email import letter, replies
from governance.connectors.email.smtp import Backend


class EmailChannel:
    """Keeps one SMTP connection open for the parcels of a batch."""

    def __init__(self) -> None:
        self._connection: Backend | None = None

    def deliver(self, parcel: Parcel) -> str:
        connection = self._open()
        try:
            written = letter.write(parcel, connection)
            with connection.within(settings.OUTBOX_SEND_SECONDS / 2):
                if written.send() != 1:
                    raise DeliveryError("There is no address to send to.", permanent=True)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise replies.judge(code, answer, to="recipient") from error
        except smtplib.SMTPSenderRefused as error:
            self.close()
            raise replies.judge(error.smtp_code, error.smtp_error, to="sender") from error
        except smtplib.SMTPHeloError as error:  # without TLS or a login, the first mail says hello
            self.close()
            raise replies.judge(error.smtp_code, error.smtp_error, to="greeting") from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise replies.judge(error.smtp_code, error.smtp_error, to="content") from error
        except smtplib.SMTPNotSupportedError as error:  # an address beyond ASCII
            raise DeliveryError(f"The mail server cannot: {error}", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            reach: Reach = "channel" if _kept_waiting(error) else "message"
            raise DeliveryError(f"SMTP: {error}", permanent=False, reach=reach) from error
        except ValueError as error:  # an address or header that no mail can carry
            raise DeliveryError(f"Not a deliverable message: {error}", permanent=True) from error
        return letter.message_id(parcel)

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _open(self) -> Backend:
        if self._connection is None:
            connection = Backend()
            try:
                with connection.within(settings.OUTBOX_SEND_SECONDS / 2):
                    connection.open()
            except Exception as error:
                connection.close()
                raise _unopened(error) from error
            self._connection = connection
        return self._connection


def _kept_waiting(error: Exception) -> bool:
    """smtplib turns a timeout within a conversation into a disconnection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _unopened(error: Exception) -> Exception:
    """Why there is no connection. Whatever it is, it is no fault of a message or an address."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return replies.judge(error.smtp_code, error.smtp_error, to="login")
        case smtplib.SMTPResponseException():
            return replies.judge(error.smtp_code, error.smtp_error, to="greeting")
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            said = f"No secure connection to the mail server {where}: {error}"
            return DeliveryError(said, permanent=False, ours=True, reach="channel")
        case smtplib.SMTPException() | OSError():
            said = f"The mail server {where} does not answer: {error}"
            return DeliveryError(said, permanent=False, reach="channel")
    return error
