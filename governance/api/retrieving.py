"""The view of one row, which is on record."""

from typing import Any, ClassVar, TypeVar

from django.db.models import Model

from governance import clock
from governance.access import reads
from governance.api import authentication
from governance.api.views import RetrieveAPIView

M = TypeVar("M", bound=Model)


class RecordedRetrieveView(RetrieveAPIView[M]):
    """One that is `closed` is not given out unless that it is read is on record."""

    closed: ClassVar[bool] = False

    def get_object(self) -> Any:
        found = super().get_object()
        by = authentication.actor(self.request)
        reads.shown(found, by=by, at=clock.now(), closed=self.closed)
        return found
