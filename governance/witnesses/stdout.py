"""A line of JSON on standard output, for whatever ships logs to another machine. It goes past the
log and its level: what is not shipped is no witness."""

import json
import sys
from datetime import datetime

from django.conf import settings

from governance import canonical
from governance.ledger.models import Checkpoint
from governance.witnesses import patience
from governance.witnesses.contract import Receipt, Unwitnessed


class StandardOutput:
    def take(self, checkpoint: Checkpoint, *, at: datetime) -> Receipt:
        line = {
            "event": "ledger.checkpoint",
            "timestamp": canonical.instant(at),
            "size": checkpoint.size,
            "root": checkpoint.root,
            "note": checkpoint.text,
        }
        try:
            patience.within(lambda: _print(json.dumps(line)), where="Standard output")
        except (OSError, ValueError) as error:
            raise Unwitnessed(f"Standard output cannot be written: {error}") from error
        return Receipt("Printed")


def configured() -> StandardOutput | None:
    return StandardOutput() if settings.WITNESS_STDOUT else None


def _print(line: str) -> None:
    """To the stream that the process was started with: a worker turns the other into a log."""
    if sys.__stdout__ is None:
        raise ValueError("this process has none")
    sys.__stdout__.write(line + "\n")
    sys.__stdout__.flush()
