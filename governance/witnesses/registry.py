"""The witnesses there can be, by name, and those that the operator has set up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from governance.witnesses import file, mail, object_store, stdout, time_stamp, webhook
from governance.witnesses.contract import Witness


@dataclass(frozen=True)
class Kind:
    """`configured` gives the witness by the settings; None where they name none."""

    title: str
    configured: Callable[[], Witness | None]


@dataclass(frozen=True)
class Configured:
    """`every` is the least time between two checkpoints that it is given."""

    witness: Witness
    every: timedelta


KINDS: Final[Mapping[str, Kind]] = {
    "file": Kind(gettext_noop("File"), file.configured),
    "store": Kind(gettext_noop("Object store"), object_store.configured),
    "webhook": Kind(gettext_noop("Webhook"), webhook.configured),
    "stdout": Kind(gettext_noop("Standard output"), stdout.configured),
    "mail": Kind(gettext_noop("E-mail"), mail.configured),
    "tsa": Kind(gettext_noop("Time-stamp authority"), time_stamp.configured),
}


def configured() -> Mapping[str, Configured]:
    found = {name: kind.configured() for name, kind in KINDS.items()}
    return {
        name: Configured(each, timedelta(seconds=settings.WITNESS_SECONDS[name]))
        for name, each in found.items()
        if each is not None
    }


def title(name: str) -> str:
    """Of one that is no kind any more, its name."""
    return KINDS[name].title if name in KINDS else name
