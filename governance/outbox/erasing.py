"""Erasing what messages said and to whom, of those that are over. The rows stay: that something was
sent, when, and with what outcome."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.fields import CharField, TextField
from django.db.models.functions import Concat

from governance.ledger.commitments import ERASED
from governance.ledger.erasures import Named
from governance.outbox.models import Message

_TEXTS: Final = ("subject", "text", "html", "payload", "because", "last_error")


def over() -> QuerySet[Message]:
    """Those that will not leave any more and have not been erased."""
    done = Message.objects.filter(state__in=[Message.State.SENT, Message.State.DEAD])
    return done.exclude(salt=ERASED)


def named(rows: QuerySet[Message]) -> Sequence[Named]:
    keys = rows.order_by("id").values_list("id", flat=True)
    return [{"table": Message._meta.db_table, "id": str(key)} for key in keys]


def erase(keys: Iterable[str]) -> None:
    """To be called where an erasure names them. An address that is a webhook's stays: it names an
    endpoint. The key held the address, and gives way to one that does not."""
    marked = {
        name: Case(
            When(**{name: ""}, then=Value("")), default=Value(ERASED), output_field=TextField()
        )
        for name in _TEXTS
    }
    Message.objects.filter(id__in=list(keys)).update(
        **marked,
        destination=Case(When(channel="webhook", then=F("destination")), default=Value(ERASED)),
        lane="",
        salt=ERASED,
        key=Concat(Value("erased:"), F("id"), output_field=CharField()),
    )
