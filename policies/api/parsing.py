from collections.abc import Mapping
from typing import Any, Final

from governance.api import parsing

LIMIT: Final = 32 * 1024 * 1024
"""Bytes of a body that holds a whole directory of policies."""


class DirectoryParser(parsing.StrictJSONParser):
    """As strict as for reports, for bodies that may be larger."""

    def parse(
        self, stream: Any, media_type: str | None = None, context: Mapping[str, Any] | None = None
    ) -> Any:
        return parsing.loads(stream.read(LIMIT + 1), limit=LIMIT)
