"""Roles and scopes as the console calls them, in the reader's language."""

from django.utils.translation import gettext

from governance.accounts.roles import ROLES, SCOPES


def role(id_: str) -> str:
    """Of one that there is not, its id."""
    return gettext(ROLES[id_]) if id_ in ROLES else id_


def scope(id_: str) -> str:
    """What it allows; nothing of one that there is not."""
    return gettext(SCOPES[id_]) if id_ in SCOPES else ""
