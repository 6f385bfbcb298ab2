"""What an app for one-time codes shows (RFC 6238)."""

import base64
import hmac
import struct
import time


def shown(secret: str, *, steps: int = 0) -> str:
    """The code of now, or of `steps` half minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"
