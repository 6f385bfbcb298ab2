"""The incident side of the console. Importing it registers its pages, which the admin does."""

from incidents.admin import (
    clocks,
    dispensations,
    duties,
    erasures,
    exports,
    home,
    incidents,
    legal_holds,
    moments,
    notices,
    reassessments,
    retention,
    submissions,
    subscriptions,
    timers,
)

__all__ = [
    "clocks",
    "dispensations",
    "duties",
    "erasures",
    "exports",
    "home",
    "incidents",
    "legal_holds",
    "moments",
    "notices",
    "reassessments",
    "retention",
    "submissions",
    "subscriptions",
    "timers",
]
