"""Who is on call for a role at an instant (pure).

`who` reads the matrix and the copies of its feeds that were fetched last; it asks no network.
"""

from policies.on_call.feed import Copy, check
from policies.on_call.resolution import ALL_ARE_TOLD, STALE, OnCall, who
from policies.on_call.rota import Turn, turn_at

__all__ = ["ALL_ARE_TOLD", "STALE", "Copy", "OnCall", "Turn", "check", "turn_at", "who"]
