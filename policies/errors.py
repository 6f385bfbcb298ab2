"""The errors of the policy packages."""

from collections.abc import Iterable

from governance.errors import Conflict, Invalid
from policies.problems import Problem


class PolicyProblems(Invalid):
    """A document cannot be used; `problems` lists everything that is wrong with it."""

    code = "invalid-policy"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        place = f"{first.path}:{first.line}:{first.column}: " if first.line else ""
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(
            f"{place}{first.message}{more}",
            extra={"problems": [problem.as_dict() for problem in self.problems]},
        )


class NoRelease(Conflict):
    """No usable set of policies is in force."""

    code = "no-release"
    status = 503


class Gap(Conflict):
    """A policy would be without a version in force for some days."""

    code = "gap-in-dates"


class Overlap(Conflict):
    """Two versions of one policy would be in force at once."""

    code = "overlapping-dates"
