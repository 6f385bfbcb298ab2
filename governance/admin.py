"""Django looks for this module; it registers the console's pages of the ground floor."""

from governance.console import (
    checkpoints,
    keys,
    messages,
    people,
    teams,
    trail,
    verifications,
    webhooks,
)

__all__ = [
    "checkpoints",
    "keys",
    "messages",
    "people",
    "teams",
    "trail",
    "verifications",
    "webhooks",
]
