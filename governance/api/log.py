"""The sealed log over REST: checkpoint and tiles as C2SP lays them out, proofs, keys.

Whoever has a checkpoint can follow the log from here without trusting it; reading takes the right
to read the audit trail, for tiles of entries are the entries.
"""

import base64
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reach, reads
from governance.accounts.roles import LEDGER_READ
from governance.api import authentication
from governance.api.inputs import Query
from governance.api.permissions import access
from governance.api.views import APIView
from governance.errors import Invalid, NotFound
from governance.ledger import keys, log, tiles
from governance.ledger.models import Checkpoint, Entry

_PARTIAL: Final = re.compile(r"(?P<number>[x0-9/]+?)(\.p/(?P<width>[1-9][0-9]{0,2}))?")
_LONG: Final = "private, max-age=31536000, immutable"
_SHORT: Final = "private, no-cache"


class _Plain(APIView):
    """Answers in a format of its own, whatever the request accepts; errors are JSON as ever."""

    needs: ClassVar = {"GET": LEDGER_READ}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class LatestCheckpoint(_Plain):
    """The signed note over everything that is sealed, as text."""

    def get(self, request: Request) -> HttpResponse:
        found = log.latest()
        if found is None:
            raise NotFound("Nothing is sealed yet; the worker does it within a second.")
        return _answer(found.text.encode(), "text/plain; charset=utf-8", _SHORT)


class HashTile(_Plain):
    """Up to 256 hashes of one level: 32 bytes each, one after the other."""

    def get(self, request: Request, level: int, name: str) -> HttpResponse:
        number, width = _named(name)
        hashes = log.tile(level, number)[: width * tiles.HASH]
        if len(hashes) < width * tiles.HASH:
            raise NotFound("The log has no such tile, or not so much of it yet.")
        return _answer(hashes, "application/octet-stream", _LONG)


class EntryTile(_Plain):
    """The exact texts of up to 256 entries, each after its length in two bytes."""

    def get(self, request: Request, name: str) -> HttpResponse:
        number, width = _named(name)
        reads.listed(Entry, by=authentication.actor(request), at=clock.now())
        return _answer(log.bundle(number, width), "application/octet-stream", _LONG)


class Keys(APIView):
    """Every key that the log was ever signed with, the oldest first: the public halves, by which
    whoever reads an entry checks its proof."""

    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True

    def get(self, request: Request) -> Response:
        return Response({"results": [each.text for each in keys.public()]})


class _SizeIn(Query):
    size = serializers.IntegerField(min_value=1, required=False)


class InclusionProof(APIView):
    """That an entry is in the log of the latest checkpoint, or of the one of `size` entries. 409
    where it is not sealed yet. For whoever may read the entry: of others a proof has hashes only,
    over texts with keys and salts that cannot be guessed."""

    needs: ClassVar = {"GET": LEDGER_READ}
    by_system: ClassVar = True

    def get(self, request: Request, id: UUID) -> Response:
        given = _SizeIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        size = given.validated_data.get("size")
        found = Entry.objects.filter(id=id).first()
        entry = reach.one(found, access(self), f"There is no entry {id}.")
        proof = log.inclusion(entry, log.checkpoint(size) if size else None)
        return Response(
            {
                "entry": str(proof.entry),
                "index": proof.index,
                "leaf_hash": _base64(proof.hash),
                "size": proof.checkpoint.size,
                "proof": _listed(proof.path),
                "checkpoint": proof.checkpoint.text,
            }
        )


class _SizesIn(Query):
    old = serializers.IntegerField(min_value=1)
    new = serializers.IntegerField(min_value=1, required=False)


class ConsistencyProof(APIView):
    """That the log of the checkpoint of `old` entries is the beginning of the one of `new`, or of
    the latest."""

    needs: ClassVar = {"GET": LEDGER_READ}

    def get(self, request: Request) -> Response:
        given = _SizesIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        old, new = given.validated_data["old"], given.validated_data.get("new")
        proof = log.growth(old, new or _latest().size)
        return Response(
            {
                "old": _checkpoint(proof.old),
                "new": _checkpoint(proof.new),
                "proof": _listed(proof.path),
            }
        )


def _latest() -> Checkpoint:
    found = log.latest()
    if found is None:
        raise NotFound("Nothing is sealed yet; the worker does it within a second.")
    return found


def _named(name: str) -> tuple[int, int]:
    """Number and width of `x001/234` or `x001/234.p/56`. Raises Invalid."""
    found = _PARTIAL.fullmatch(name)
    width = int(found["width"] or tiles.WIDTH) if found else 0
    try:
        number = tiles.number(found["number"] if found else "")
    except ValueError as error:
        raise Invalid(f"{name!r} is no path of a tile: {error}") from error
    if width > tiles.WIDTH or (found and found["width"] and width == tiles.WIDTH):
        raise Invalid(f"{name!r} is no path of a tile: a partial one has 1 to 255 of 256.")
    return number, width


def _checkpoint(found: Checkpoint) -> dict[str, object]:
    return {"size": found.size, "checkpoint": found.text}


def _listed(path: Sequence[bytes]) -> list[str]:
    return [_base64(each) for each in path]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _answer(body: bytes, kind: str, cached: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Cache-Control"] = cached
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
