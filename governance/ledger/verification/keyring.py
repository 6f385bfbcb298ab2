"""Which keys may sign which checkpoint, by what the log itself announces."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from governance.ledger.models import Checkpoint, Entry, SigningKey
from governance.ledger.notes import Unsigned, Verifier
from governance.ledger.verification.findings import Findings

_VERBS: Final = ("ledger.key_created", "ledger.key_rotated")


@dataclass(frozen=True)
class Announced:
    """A key, and the place in the log that announces it."""

    index: int
    verifier: Verifier


class Keyring:
    """Keys in the order in which the log announces them; the first signs from the beginning."""

    def __init__(self, announced: Sequence[Announced]) -> None:
        self.announced = announced

    def check(self, checkpoint: Checkpoint, since: int, found: Findings) -> bool:
        """Whether who had to has signed the checkpoint that follows the one of `since`."""
        earlier = [each.verifier for each in self.announced if each.index < since]
        own = earlier[-1:] or [each.verifier for each in self.announced[:1]]
        between = [e.verifier for e in self.announced if since <= e.index < checkpoint.size]
        if any(key.signed(checkpoint.text) for key in own):
            return True
        where = f"checkpoint of {checkpoint.size}"
        if between and between[-1].signed(checkpoint.text):
            found.add(
                "key-changed-alone",
                where,
                f"the new key {between[-1].hash.hex()} has signed it, and the key before it has "
                "not: the change of keys proves nothing by itself",
            )
            return True
        wanted = ", ".join(key.hash.hex() for key in own) or "no key"
        found.add("signature-wrong", where, f"it is not signed by {wanted}, whose turn it was")
        return False


def read(size: int, found: Findings) -> Keyring:
    """From the entries of the log; the table of keys must say the same."""
    rows = Entry.objects.filter(verb__in=_VERBS, leaf__index__lt=size).order_by("leaf__index")
    announced = []
    for index, body in rows.values_list("leaf__index", "body"):
        try:
            announced.append(Announced(index, Verifier.read(json.loads(body)["after"]["key"])))
        except (ValueError, KeyError, TypeError, Unsigned):
            found.add("key-unreadable", f"place {index}", "it announces a key and holds none")
    _compare(announced, found)
    return Keyring(announced)


def _compare(announced: Sequence[Announced], found: Findings) -> None:
    stored = dict(SigningKey.objects.values_list("id", "verifier"))
    said = {each.verifier.hash.hex(): each.verifier.text for each in announced}
    for key, text in said.items():
        if stored.get(key) != text:
            found.add(
                "key-changed", f"signing key {key}", "the table has not what the log announces"
            )
