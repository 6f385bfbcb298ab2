"""The incident side of the console. Importing it registers its pages, which the admin does."""

from incidents.admin import (
    clocks,
    dispensations,
    duties,
    home,
    incidents,
    moments,
    notices,
    reassessments,
    submissions,
    timers,
)

__all__ = [
    "clocks",
    "dispensations",
    "duties",
    "home",
    "incidents",
    "moments",
    "notices",
    "reassessments",
    "submissions",
    "timers",
]
