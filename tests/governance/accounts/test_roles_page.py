"""The table of roles in the officers' handbook says what the code does."""

from pathlib import Path
from typing import Final

from governance import env
from governance.accounts.roles import COMMON, OF_SYSTEMS, ROLES, SCOPES, scopes_of

PAGE: Final = Path(env.CHECKOUT, "docs", "officer.md")


def table() -> list[str]:
    heads = ["What", "Scope", *ROLES.values()]
    rows = [_row(scope) for scope in SCOPES]
    return [_line(heads), _line(["---"] * len(heads)), *map(_line, rows)]


def _row(scope: str) -> list[str]:
    held = "team" if scope in OF_SYSTEMS | COMMON else "organisation"
    cells = [held if scope in scopes_of([role]) else "" for role in ROLES]
    return [SCOPES[scope], f"`{scope}`", *cells]


def _line(cells: list[str]) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def test_the_handbook_has_the_table_as_it_is() -> None:
    assert "\n".join(table()) in PAGE.read_text()


def test_another_table_would_be_missed() -> None:
    """The twin."""
    changed = [line.replace("`personal:read`", "`personal:write`") for line in table()]
    assert "\n".join(changed) not in PAGE.read_text()
