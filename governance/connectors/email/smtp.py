"""SMTP conversations that end in time.

A socket's own time limit starts anew with every byte. A server that gives one byte a second (a tar
pit) never meets it, and would hold a worker for as long as it likes and beyond every lease. Here a
conversation has one end: when it comes, the line is cut, whatever was being waited for.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import cached_property

from governance import resolving

#: How long QUIT may take; nothing depends on it.
_GOODBYE: Final = 2.0


class Backend(EmailBackend):
    """Django's, of which every use but `close` is to be inside `within`."""

    def __init__(self) -> None:
        super().__init__()
        self._line: socket.socket | None = None
        self._over = threading.Event()

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """Trusts the operator's authority where one is given, else the system's."""
        return ssl.create_default_context(cafile=settings.SMTP_CA or None)

    @property
    def connection_class(self) -> Any:
        return partial(_Secured if self.use_ssl else _Plain, hold=self._hold)

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the line after so long; raises TimeoutError then, unless all was said before."""
        self._over.clear()
        timer = threading.Timer(seconds, self._cut)
        timer.start()
        try:
            yield
        except (smtplib.SMTPException, OSError):
            if self._over.is_set():
                raise TimeoutError(f"it took longer than {seconds:g} s") from None
            raise
        finally:
            timer.cancel()
            timer.join()
            if self._over.is_set():
                self.close()

    def close(self) -> None:
        goodbye = threading.Timer(_GOODBYE, self._cut)
        goodbye.start()
        try:
            super().close()
        except (smtplib.SMTPException, OSError):
            pass  # what was sent is sent, and nobody can be said goodbye to
        finally:
            goodbye.cancel()
            goodbye.join()
            if self._line is not None:
                self._line.close()
                self._line = None

    def _hold(self, line: socket.socket) -> None:
        """Another handle of the connection: TLS takes the first one away."""
        self._line = line.dup()
        if self._over.is_set():
            self._cut()

    def _cut(self) -> None:
        self._over.set()
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class _Plain(smtplib.SMTP):
    def __init__(self, *args: Any, hold: Callable[[socket.socket], None], **kwargs: Any) -> None:
        self._hold = hold
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = _connected(host, port, until=time.monotonic() + timeout)
        line.settimeout(timeout)
        self._hold(line)
        return line


class _Secured(smtplib.SMTP_SSL, _Plain):
    """Puts TLS around what `_Plain` connects."""

    def __init__(self, *args: Any, hold: Callable[[socket.socket], None], **kwargs: Any) -> None:
        self._hold = hold
        smtplib.SMTP_SSL.__init__(self, *args, **kwargs)


def _connected(host: str, port: int, *, until: float) -> socket.socket:
    """To the first address of the name that answers, all of it together within the time."""
    found = resolving.addresses(host, port, within=until - time.monotonic())
    failure: OSError = ConnectionError(f"{host} has no address")
    for tried, address in enumerate(found):
        wait = max(0.1, (until - time.monotonic()) / (len(found) - tried))
        try:
            return socket.create_connection((address, port), wait)
        except OSError as error:
            failure = error
    raise failure
