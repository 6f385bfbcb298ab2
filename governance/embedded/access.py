"""Whom PostgreSQL runs as when Bylaw runs as root, and its way to its files.

PostgreSQL refuses to run as root. Its data then belong to an unprivileged account that exists
already, and every parent directory gets at most one bit more: passage (`o+x`), never sight (`o+r`).
"""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from governance.embedded.process import Account, StartError

_CANDIDATES: Final = ("postgres", "nobody")


def account() -> Account | None:
    """The account to run PostgreSQL as; None where our own will do. Raises StartError."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise StartError(
        f"PostgreSQL refuses to run as root, and none of the accounts {', '.join(_CANDIDATES)} "
        "exists. Run as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def own(directory: Path, account: Account | None) -> None:
    """Make `directory` (mode 0700) the account's own. Raises StartError if it is another's."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in _owners(account):
        raise StartError(f"{directory} belongs to another account (uid {found.st_uid}).")
    directory.chmod(0o700)
    if account is not None:
        os.chown(directory, account.uid, account.gid)


def let_through(path: Path, account: Account) -> list[Path]:
    """Let the account pass the parents of `path`; returns those that had to change."""
    parents = dict.fromkeys((*path.parents, *path.resolve().parents))
    changed = [parent for parent in parents if not _passable(parent, account)]
    for parent in changed:
        parent.chmod(stat.S_IMODE(parent.stat().st_mode) | stat.S_IXOTH)
    return changed


def let_read(tree: Path) -> None:
    """`chmod o+rX` for what pip installed under a strict umask."""
    for path in _walk(tree):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def _owners(account: Account | None) -> tuple[int, ...]:
    return (os.geteuid(),) if account is None else (os.geteuid(), account.uid)


def _passable(directory: Path, account: Account) -> bool:
    found = directory.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _walk(tree: Path) -> Iterator[Path]:
    yield tree
    for directory, folders, files in os.walk(tree):
        for name in (*folders, *files):
            path = Path(directory, name)
            if not path.is_symlink():
                yield path
