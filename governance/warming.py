"""What a web process would else do at its first request: half a second of a report."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import Error, connections
from django.urls import get_resolver
from django.utils.module_loading import import_string

from governance import clock
from governance.errors import BylawError

log = structlog.get_logger(__name__)


def load_addresses() -> None:
    """Import every view."""
    _ = get_resolver().url_patterns


def prepare() -> None:
    """To be run in a thread of its own. What fails is left to the requests."""
    try:
        warm_up(at=clock.now())
    except (Error, BylawError) as error:
        log.warning("web.not_warm", error=str(error))
    finally:
        connections.close_all()  # this thread's


def warm_up(*, at: datetime) -> None:
    """Call everything in settings.WARM_UP."""
    for name in settings.WARM_UP:
        import_string(name)(at)
