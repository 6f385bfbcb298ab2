#!/usr/bin/env python3
"""Runs check.py on a file of which nothing is known: `confined.py check.py PACKAGE ...`.

It is a process of its own, with the standard library alone, that first limits itself: memory, time
and what it may write. A zip file that promises too much is refused before a byte of it is unpacked;
more than it promises no reader of it unpacks. Ends with 3 and says why where it refuses.
"""

import json
import resource
import runpy
import stat
import sys
import zipfile

MOST_MEMORY = 1 << 30
MOST_SECONDS = 30
#: `openssl` is given what it checks in files.
MOST_WRITTEN = 64 << 20
MOST_OPEN = 64
MOST_FILES = 100_000
MOST_UNPACKED = 1 << 30
REFUSED = 3


def confine() -> None:
    """For this process and those that it starts."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_FSIZE: MOST_WRITTEN,
        resource.RLIMIT_NOFILE: MOST_OPEN,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def refusal(path: str) -> str:
    """Why the file is not looked into; empty where it is."""
    try:
        with zipfile.ZipFile(path) as package:
            found = package.infolist()
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        return f"It is no zip file that can be read: {error}"
    if len(found) > MOST_FILES:
        return f"It has {len(found):,} files; looked into are at most {MOST_FILES:,}."
    unpacked = sum(each.file_size for each in found)
    if unpacked > MOST_UNPACKED:
        return (
            f"Unpacked it would have {unpacked >> 20:,} MiB; looked into are at most "
            f"{MOST_UNPACKED >> 20:,} MiB."
        )
    return next((_strange(each) for each in found if _strange(each)), "")


def _strange(info: zipfile.ZipInfo) -> str:
    """Names that lead out of the directory where somebody unpacks it, and links: no package has
    any, and not every program that unpacks refuses them."""
    parts = info.filename.split("/")
    if info.filename.startswith("/") or ".." in parts or "\\" in info.filename:
        return f"It has a file whose name leads elsewhere: {info.filename[:100]!r}."
    if stat.S_ISLNK(info.external_attr >> 16):
        return f"It has a link in place of a file: {info.filename[:100]!r}."
    return ""


def main() -> int:
    confine()
    script, package = sys.argv[1:3]
    if why := refusal(package):
        print(json.dumps({"refused": why}))  # noqa: T201 - what the caller reads
        return REFUSED
    sys.argv = sys.argv[1:]
    runpy.run_path(script, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
