"""The incident side of the console. Importing it registers its pages, which the admin does."""

from incidents.admin import (
    clocks,
    duties,
    home,
    incidents,
    moments,
    reassessments,
    submissions,
    timers,
)

__all__ = [
    "clocks",
    "duties",
    "home",
    "incidents",
    "moments",
    "reassessments",
    "submissions",
    "timers",
]
