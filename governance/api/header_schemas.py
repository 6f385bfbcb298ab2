"""Headers of answers as the description has them, each once."""

from collections.abc import Mapping
from typing import Any, Final

SCHEMAS: Final[dict[str, Any]] = {
    "RateLimit": {
        "description": "How many requests are left (`r`) for how many seconds (`t`), as "
        "draft-ietf-httpapi-ratelimit-headers-10 has it; missing where nobody is counted.",
        "schema": {"type": "string", "pattern": '^"requests";r=[0-9]+;t=[0-9]+$'},
        "example": '"requests";r=11874;t=33',
    },
    "RateLimit-Policy": {
        "description": "How many requests (`q`) are allowed in how many seconds (`w`).",
        "schema": {"type": "string", "pattern": '^"requests";q=[0-9]+;w=[0-9]+$'},
        "example": '"requests";q=12000;w=60',
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    },
    "WWW-Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string"},
        "example": "Bearer",
    },
    "ETag": {
        "description": "Of the whole object.",
        "schema": {"type": "string", "pattern": '^"[!-~]*"$'},
        "example": '"Jq3qkXhhvU2ghEkGqk4yVA.01936f6c6b0070008000000000000001"',
    },
}
_EVERY: Final = ("RateLimit", "RateLimit-Policy")
_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "304": ("ETag",),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


def of(status: str) -> dict[str, Any]:
    """Those of an answer with this status, by reference."""
    names = (*_EVERY, *_OF.get(status, ()))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
