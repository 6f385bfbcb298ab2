"""What another release would make of stored incidents.

`compare` is pure; `run` goes through all incidents that the setting `INCIDENT_CASES` leads to.
"""

from policies.simulation.case import Case
from policies.simulation.comparison import Comparison, compare
from policies.simulation.effect import DateChange, DutyChange, Effect, When
from policies.simulation.run import run
from policies.simulation.source import Selection, Slice, Source
from policies.simulation.summary import Summary

__all__ = [
    "Case",
    "Comparison",
    "DateChange",
    "DutyChange",
    "Effect",
    "Selection",
    "Slice",
    "Source",
    "Summary",
    "When",
    "compare",
    "run",
]
