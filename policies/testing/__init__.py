"""Running PolicyTests: what a release makes of each example, against what it should (pure)."""

from policies.testing.comparison import Mismatch
from policies.testing.coverage import OUTCOMES, coverage
from policies.testing.runner import Result, problems, run

__all__ = ["OUTCOMES", "Mismatch", "Result", "coverage", "problems", "run"]
