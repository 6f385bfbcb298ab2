"""Keys of rows: UUID version 7 (RFC 9562, 5.7), which sort by time of making."""

import uuid

import uuid_utils.compat


def new() -> uuid.UUID:
    return uuid_utils.compat.uuid7()
