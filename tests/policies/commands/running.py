"""Running `manage.py policies` and keeping what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from governance import clock
from governance.accounts import keys
from governance.ledger.ledger import Actor


def run(*arguments: str | Path) -> str:
    """What it prints when it ends well (exit code 0)."""
    out = StringIO()
    call_command("policies", *map(str, arguments), stdout=out)
    return out.getvalue()


def findings(*arguments: str | Path) -> str:
    """What it prints when it finds something (exit code 1)."""
    out = StringIO()
    with pytest.raises(SystemExit) as raised:
        call_command("policies", *map(str, arguments), stdout=out)
    assert raised.value.code == 1
    return out.getvalue()


def key(owner: Actor, *scopes: str) -> str:
    """A key that `owner` made, as text."""
    at = clock.now()
    _, plain = keys.mint(name="ci", scopes=scopes, by=owner, expires_at=at + timedelta(1), at=at)
    return plain


@contextmanager
def environment(**values: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield
