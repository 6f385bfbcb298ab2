"""Verifying the log from its first entry to its last, in steps of constant memory.

    1. Each entry is hashed and compared with its tile, and with its own columns.
    2. The tree over all of them is built anew; the tiles above must have its hashes.
    3. At each checkpoint, the root must be the one that was signed, by the key whose turn it was.
       So must it be at each checkpoint that somebody kept elsewhere.
    4. Nothing that was committed may lie outside: neither sealed nor waiting to be.

What is found wrong is said, and the walk goes on: with the hashes that were sealed, so that one
changed entry is one finding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from governance.ledger import keys, log, merkle, notes, tiles
from governance.ledger.models import Checkpoint
from governance.ledger.notes import Unsigned, Verifier
from governance.ledger.verification import blocks, keyring, records
from governance.ledger.verification.blocks import Block
from governance.ledger.verification.findings import Findings
from governance.ledger.verification.keyring import Keyring

#: Entries a step, in whole tiles.
STEP: Final = 40 * tiles.WIDTH


@dataclass
class Walk:
    """How far it is. `as_dict` and `restored` carry it over a restart.

    `target`: entries to verify, the size of the latest checkpoint when it began. `fits`: the size
    of the last checkpoint whose root was right. `kept`: notes from outside the database.
    """

    target: int
    kept: Sequence[str] = ()
    trusted: Sequence[Verifier] = ()
    tree: merkle.Tree = field(default_factory=merkle.Tree)
    found: Findings = field(default_factory=Findings)
    fits: int = 0
    broken: bool = False
    held: int = 0
    parted: bool = False

    @property
    def done(self) -> int:
        return self.tree.size

    @property
    def over(self) -> bool:
        return self.tree.size >= self.target

    def as_dict(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "kept": list(self.kept),
            "trusted": [each.text for each in self.trusted],
            "size": self.tree.size,
            "peaks": [each.hex() for each in self.tree.peaks()],
            "found": self.found.as_dict(),
            **{name: getattr(self, name) for name in _PLAIN},
        }


_PLAIN: Final = ("fits", "broken", "held", "parted")


def restored(told: Mapping[str, Any]) -> Walk:
    return Walk(
        told["target"],
        told["kept"],
        [Verifier.read(each) for each in told["trusted"]],
        merkle.Tree(told["size"], [bytes.fromhex(each) for each in told["peaks"]]),
        Findings(told["found"]["kept"], told["found"]["count"]),
        **{name: told[name] for name in _PLAIN},
    )


def begin(kept: Sequence[str] = (), trusted: Sequence[Verifier] = ()) -> Walk:
    """Against checkpoints that somebody kept, and the keys that he trusts; without any, those that
    the log announces."""
    latest = log.latest()
    walk = Walk(latest.size if latest is not None else 0, kept, trusted)
    ring = keyring.read(walk.target, walk.found)
    known = [each.verifier for each in ring.announced]
    for key in trusted:
        if key not in known:
            walk.found.add(
                "key-unknown", f"key {key.hash.hex()}", "the log does not announce this trusted key"
            )
    for note in kept:
        _admit(note, walk, trusted or known)
    return walk


def run(walk: Walk, *, said: Callable[[Walk], None] = lambda _walk: None) -> Findings:
    """To the end; `said` is called after each step."""
    while not walk.over:
        step(walk)
        said(walk)
    end(walk)
    return walk.found


def step(walk: Walk) -> None:
    """Verify the next STEP entries."""
    start = walk.tree.size
    stop = min(start + STEP, walk.target)
    ring = keyring.read(walk.target, Findings())
    signed = _signed(start, stop)
    kept = _kept(walk, start, stop)
    hold = _tiles_hold()
    for block in _blocks(start, stop, walk.found):
        for hashed in blocks.settle(block, walk.found, tiles_hold=hold):
            walk.tree.add(hashed)
            size = walk.tree.size
            if size in signed:
                _compare(walk, signed[size], ring)
            for note in kept.get(size, ()):
                _compare_kept(walk, note)
        if walk.tree.size % tiles.WIDTH == 0:
            blocks.check_above(block.number, walk.found)


def end(walk: Walk) -> None:
    """What lies outside of the log, and checkpoints that say more than it has."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST)
        for id_, verb in cursor.fetchall():
            walk.found.add(
                "entry-unsealed", f"entry {id_}", f"{verb} is neither sealed nor waits to be"
            )
        cursor.execute("SELECT count(*) FROM ledger_leaf WHERE index >= %s", [walk.target])
        (beyond,) = cursor.fetchone()
    latest = log.latest()
    if beyond and (latest is None or latest.size < walk.target + beyond):
        walk.found.add(
            "place-unsigned",
            f"place {walk.target}",
            f"{log.in_words(beyond)} behind the checkpoints",
        )
    if walk.target and (latest is None or latest.size < walk.target):
        walk.found.add("checkpoint-missing", f"checkpoint of {walk.target}", "it is not there")


_LOST: Final = """
SELECT entry.id, entry.verb FROM ledger_entry AS entry
LEFT JOIN ledger_leaf AS leaf ON leaf.entry_id = entry.id
LEFT JOIN ledger_unsealed AS waiting ON waiting.entry_id = entry.id
WHERE leaf.index IS NULL AND waiting.entry_id IS NULL ORDER BY entry.id LIMIT 1000
"""


# --- checkpoints ---------------------------------------------------------------------------------


def _admit(note: str, walk: Walk, known: Sequence[Verifier]) -> None:
    try:
        found = notes.trusted(note, known)
    except Unsigned as error:
        walk.found.add("kept-checkpoint-unsigned", "a kept checkpoint", str(error))
        return
    key = keys.latest()
    if key is not None and found.origin != keys.origin(key):
        walk.found.add(
            "kept-checkpoint-foreign",
            f"kept checkpoint of {found.size}",
            f"it is of the log {found.origin}, this one is {keys.origin(key)}",
        )
    if found.size > walk.target:
        walk.found.add(
            "log-truncated",
            f"place {walk.target}",
            f"the log ends here, and a kept checkpoint has {log.in_words(found.size)}: "
            f"{found.size - walk.target} are gone, or an older copy was put in its place",
        )


def _signed(start: int, stop: int) -> Mapping[int, Checkpoint]:
    rows = Checkpoint.objects.filter(size__gt=start, size__lte=stop)
    return {each.size: each for each in rows}


def _kept(walk: Walk, start: int, stop: int) -> Mapping[int, list[notes.Checkpoint]]:
    found: dict[int, list[notes.Checkpoint]] = {}
    for note in walk.kept:
        try:
            each = notes.parse(note)
        except Unsigned:
            continue  # it was said when the walk began
        if start < each.size <= stop:
            found.setdefault(each.size, []).append(each)
    return found


def _compare(walk: Walk, checkpoint: Checkpoint, ring: Keyring) -> None:
    where = f"checkpoint of {checkpoint.size}"
    try:
        said = notes.parse(checkpoint.text)
    except Unsigned as error:
        walk.found.add("checkpoint-changed", where, str(error))
        return
    if (said.size, said.root.hex()) != (checkpoint.size, checkpoint.root):
        walk.found.add("checkpoint-changed", where, "its columns differ from its text")
    ring.check(checkpoint, walk.fits, walk.found)
    if said.root == walk.tree.root():
        walk.fits = checkpoint.size
    elif not walk.broken:
        walk.broken = True
        walk.found.add("root-wrong", where, _changed_since(walk.fits, checkpoint.size))


def _compare_kept(walk: Walk, kept: notes.Checkpoint) -> None:
    if kept.root == walk.tree.root():
        walk.held = kept.size
    elif not walk.parted:
        walk.parted = True
        walk.found.add(
            "log-rewritten",
            f"kept checkpoint of {kept.size}",
            _changed_since(walk.held, kept.size),
        )


def _changed_since(fits: int, size: int) -> str:
    return (
        f"the entries at the places {fits} to {size - 1} are not those that were signed: changed, "
        "in another order, or others"
    )


def _tiles_hold() -> bool:
    latest = log.latest()
    if latest is None:
        return False
    try:
        return log.root(latest.size) == notes.parse(latest.text).root
    except ValueError:
        return False


# --- entries -------------------------------------------------------------------------------------


def _blocks(start: int, stop: int, found: Findings) -> Sequence[Block]:
    """The places from `start` to `stop` in tiles; `start` is the first of one."""
    hashes: list[bytes | None] = [None] * (stop - start)
    names: dict[int, str] = {}
    for row in records.read(start, stop):
        records.check(row, found)
        hashes[row.place - start] = row.hash
        names[row.place] = f"the entry {row.id} ({row.verb})"
    for at, _ in enumerate(hashes):
        if start + at not in names:
            found.add("place-missing", f"place {start + at}", "no entry stands here any more")
    return [
        Block((start + at) // tiles.WIDTH, hashes[at : at + tiles.WIDTH], names)
        for at in range(0, stop - start, tiles.WIDTH)
    ]
