"""The audit trail in a package: exact entries, and what proves that the log holds them.

Entries stand in `entries.jsonl`, each line the canonical text that was hashed; the line of the same
number in `proofs.jsonl` has its place and its path to the root (RFC 6962), hex. A line is empty
where the entry was withheld; its leaf hash still is in the proof.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models import QuerySet

from governance import canonical
from governance.ledger import keys, log, notes
from governance.ledger.log import Inclusion, NotSealed
from governance.ledger.models import Checkpoint, Entry, SigningKey
from incidents.evidence import additions
from incidents.evidence.bag import Bag, file_name

LOG: Final = "log"
#: Whether the text of an entry is given, or only its leaf hash: the reason, empty where it is.
Withhold = Callable[[Entry], str]


def nothing(_entry: Entry) -> str:
    """Withholds no entry."""
    return ""


def of_incident(id_: UUID, checkpoint: Checkpoint) -> Sequence[Entry]:
    """Every entry of an incident in the order of the log. Raises NotSealed where one is not in the
    log of the checkpoint yet."""
    listed = list(Entry.objects.filter(incident_id=id_).select_related("leaf"))
    if any(_place(each) >= checkpoint.size for each in listed):
        raise NotSealed("The newest entries are not sealed yet. Ask again in a second.")
    return sorted(listed, key=_place)


def about(kind: str, ids: Iterable[object], checkpoint: Checkpoint) -> Sequence[Entry]:
    """The entries of some objects that the checkpoint covers, in the order of the log."""
    rows = Entry.objects.filter(object_kind=kind, object_id__in=[str(each) for each in ids])
    return _covered(rows, checkpoint)


def of_keys(checkpoint: Checkpoint) -> Sequence[Entry]:
    """Those that announce the keys."""
    rows = Entry.objects.filter(id__in=SigningKey.objects.values("announced_id"))
    return _covered(rows, checkpoint)


def add(
    bag: Bag,
    where: str,
    entries: Sequence[Entry],
    checkpoint: Checkpoint,
    withhold: Withhold = nothing,
    apart: Callable[[str, bytes], object] | None = None,
) -> None:
    """Entries and proofs in the directory `where`, and what is held apart of them, which `apart`
    takes where it is given, by its path in that directory."""
    reasons = [withhold(each) for each in entries]
    texts = zip(entries, reasons, strict=True)
    bag.add(
        f"{where}/entries.jsonl",
        (b"\n" if why else each.body.encode() + b"\n" for each, why in texts),
    )
    found = log.inclusions(entries, checkpoint)
    proven = zip(found, reasons, strict=True)
    bag.add(f"{where}/proofs.jsonl", (_line(each, why) for each, why in proven))
    given = [each for each, why in zip(entries, reasons, strict=True) if not why]
    for held in additions.personal(given):
        said = {"entry": held.entry, "name": held.name, "salt": held.salt.hex(), "text": held.text}
        path = f"personal/{held.entry}-{file_name(held.name)}.json"
        if apart is not None:
            apart(path, canonical.text(said).encode())
        else:
            bag.add(f"{where}/{path}", canonical.text(said).encode())


def add_log(bag: Bag, checkpoint: Checkpoint, earlier: Iterable[Checkpoint]) -> None:
    """The checkpoint that all is proven against, those before it that a package names and the
    proofs that it goes on from them, the keys, and the time-stamps."""
    bag.add(f"{LOG}/checkpoint.txt", checkpoint.text.encode())
    older = sorted({each.size: each for each in (*earlier, *_changeovers(checkpoint))}.items())
    grown = [log.growth(size, checkpoint.size) for size, _ in older if size < checkpoint.size]
    for size, each in older:
        bag.add(f"{LOG}/checkpoints/{size}.txt", each.text.encode())
    bag.add(
        f"{LOG}/consistency.jsonl",
        (
            _json({"old": each.old.size, "new": each.new.size, "path": _hex(each.path)})
            for each in grown
        ),
    )
    _add_keys(bag, checkpoint)
    for each in {checkpoint.size: checkpoint, **dict(older)}.values():
        if (stamp := additions.time_stamp(each)) is not None:
            bag.add(f"{LOG}/time-stamps/{each.size}.tsr", stamp.answer)
            bag.add(f"{LOG}/time-stamps/{each.size}.pem", stamp.certificates.encode())


def first_over(at: datetime) -> Checkpoint | None:
    """The oldest checkpoint signed at or after an instant."""
    return Checkpoint.objects.filter(at__gte=at).order_by("at", "size").first()


def latest() -> Checkpoint:
    """Raises NotSealed."""
    found = log.latest()
    if found is None:
        raise NotSealed("Nothing is sealed yet. Ask again in a second.")
    return found


def signer(checkpoint: Checkpoint) -> SigningKey:
    """The key in force at a checkpoint, with which packages are signed too."""
    return keys.signers(checkpoint.size, checkpoint.size)[-1]


def _changeovers(checkpoint: Checkpoint) -> Iterable[Checkpoint]:
    """The checkpoints that a new key first signed, with the one before it: whoever trusts one key
    follows the log to the next by them."""
    for index in SigningKey.objects.values_list("announced__leaf__index", flat=True):
        found = Checkpoint.objects.filter(size__gt=index or 0, size__lte=checkpoint.size)
        if index is not None and (first := found.order_by("size").first()) is not None:
            yield first


def _add_keys(bag: Bag, checkpoint: Checkpoint) -> None:
    public = keys.public()
    bag.add(f"{LOG}/keys.txt", "".join(f"{each.text}\n" for each in public).encode())
    for each in public:
        bag.add(f"{LOG}/keys/{each.hash.hex()}.pem", pem(each))
    add(bag, f"{LOG}/keys", of_keys(checkpoint), checkpoint)


def pem(key: notes.Verifier) -> bytes:
    """As `openssl` reads it."""
    public = Ed25519PublicKey.from_public_bytes(key.key)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _covered(rows: QuerySet[Entry], checkpoint: Checkpoint) -> Sequence[Entry]:
    found = rows.filter(leaf__index__lt=checkpoint.size).select_related("leaf")
    return list(found.order_by("leaf__index"))


def _place(entry: Entry) -> float:
    """Its index; of one that has none, beyond all."""
    leaf = getattr(entry, "leaf", None)
    return float("inf") if leaf is None else leaf.index


def _line(found: Inclusion, why: str) -> bytes:
    said: dict[str, object] = {
        "entry": found.entry,
        "index": found.index,
        "leaf": found.hash.hex(),
        "path": _hex(found.path),
        "checkpoint": found.checkpoint.size,
    }
    return _json(said | ({"withheld": why} if why else {}))


def _json(value: object) -> bytes:
    return canonical.text(value).encode() + b"\n"


def _hex(path: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in path]
