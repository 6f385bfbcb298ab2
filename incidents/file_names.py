"""Names and types of files that others send: nothing of them leads anywhere (pure)."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 200
_UNFIT: Final = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]')
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
UNKNOWN: Final = "application/octet-stream"


def name(given: str) -> str:
    """The last part of a path, without what could hide, forge or lead; `file` if nothing stays."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    encodable = last.encode("utf-8", "ignore").decode("utf-8")
    kept = " ".join(_UNFIT.sub("", encodable).split()).strip(". ")
    if len(kept) > LONGEST:
        stem, dot, ending = kept.rpartition(".")
        short = dot and len(ending) <= 10
        kept = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if short else kept[:LONGEST]
    return kept or "file"


def media_type(given: str) -> str:
    """The type without parameters; of no use, the one that says nothing."""
    plain = given.partition(";")[0].strip().lower()
    return plain if _MEDIA_TYPE.fullmatch(plain) else UNKNOWN
