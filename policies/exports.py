"""The effective policies as files: what a repository holds, and what an empty service takes."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from policies import releases

_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP can say: no clock in the bytes


def files(at: datetime) -> Mapping[str, str]:
    """Path (`Kind/name.yaml`, in order) → text byte for byte, of every version in force at `at`,
    policy tests included. The same rules give the same files, whatever the service."""
    return {
        f"{version.kind}/{version.name}.yaml": version.text
        for version in releases.versions_at(at).order_by("kind", "name")
    }


def archive(at: datetime) -> bytes:
    """Those files as a ZIP archive, the same bytes each time."""
    written = io.BytesIO()
    with ZipFile(written, "w") as into:
        for path, text in files(at).items():
            entry = ZipInfo(path, _WRITTEN)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            into.writestr(entry, text)
    return written.getvalue()
