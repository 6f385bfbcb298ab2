"""From runs to figures: medians over rounds, and the ratio of what ran side by side."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.crowd import Run


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds per report, by who burnt them; the floor has no web processes."""

    web: float
    postgres: float
    client: float

    def __str__(self) -> str:
        return f"{self.web:.1f} + {self.postgres:.1f} + {self.client:.1f}"

    @property
    def whole(self) -> float:
        return self.web + self.postgres + self.client


@dataclass(frozen=True)
class Served:
    """What the service did in one round; `keyed`: with an Idempotency-Key in each report."""

    run: Run
    cost: Cost
    keyed: bool


@dataclass(frozen=True)
class Round:
    """One floor and, right after it, the service without and with keys; same number of clients."""

    floor: Run
    floor_cost: Cost
    served: Sequence[Served]

    def ratio(self, served: Served) -> float:
        return served.run.rate / self.floor.rate

    def cpu_ratio(self, served: Served) -> float:
        return self.floor_cost.whole / served.cost.whole


@dataclass(frozen=True)
class Line:
    """One line of the table. Rates a second, latencies in milliseconds.

    Rates are medians over the rounds, latencies percentiles over all their answers. `ratio` is the
    service's rate over the floor's, always of the same round: (median, least, most). `cpu_ratio` is
    the floor's CPU time over the service's: what the ratio would be if processors were all that
    counts, and nobody else used them.
    """

    clients: int
    keyed: bool
    reports: int
    rate: float
    p50: float
    p99: float
    floor_rate: float
    floor_p50: float
    ratio: tuple[float, float, float]
    cpu_ratio: tuple[float, float, float]
    cost: Cost
    floor_cost: Cost


def line(rounds: Sequence[Round], *, keyed: bool) -> Line:
    """The line of all rounds with one number of clients."""
    pairs = [(each, served) for each in rounds for served in each.served if served.keyed == keyed]
    runs = [served.run for _, served in pairs]
    took = sorted(latency for run in runs for latency in run.latencies)
    floors = [each.floor for each in rounds]
    return Line(
        clients=runs[0].clients,
        keyed=keyed,
        reports=len(took),
        rate=statistics.median(run.rate for run in runs),
        p50=percentile(took, 50) * 1000,
        p99=percentile(took, 99) * 1000,
        floor_rate=statistics.median(run.rate for run in floors),
        floor_p50=percentile(sorted(t for run in floors for t in run.latencies), 50) * 1000,
        ratio=_spread([each.ratio(served) for each, served in pairs]),
        cpu_ratio=_spread([each.cpu_ratio(served) for each, served in pairs]),
        cost=_median_cost([served.cost for _, served in pairs]),
        floor_cost=_median_cost([each.floor_cost for each in rounds]),
    )


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)


def _median_cost(costs: Sequence[Cost]) -> Cost:
    return Cost(
        web=statistics.median(cost.web for cost in costs),
        postgres=statistics.median(cost.postgres for cost in costs),
        client=statistics.median(cost.client for cost in costs),
    )


def percentile(ascending: Sequence[float], percent: float) -> float:
    """The nearest rank: a value that was really measured."""
    return ascending[max(math.ceil(len(ascending) * percent / 100), 1) - 1]


_COLUMNS: Mapping[str, Callable[[Line], str]] = {
    "clients": lambda line: str(line.clients),
    "key": lambda line: "yes" if line.keyed else "no",
    "reports/s": lambda line: f"{line.rate:.0f}",
    "p50 ms": lambda line: f"{line.p50:.1f}",
    "p99 ms": lambda line: f"{line.p99:.1f}",
    "floor tx/s": lambda line: f"{line.floor_rate:.0f}",
    "ratio (min–max)": lambda line: "{:.3f} ({:.3f}–{:.3f})".format(*line.ratio),
    "CPU ms": lambda line: str(line.cost),
    "floor CPU ms": lambda line: str(line.floor_cost),
    "CPU ratio (min–max)": lambda line: "{:.3f} ({:.3f}–{:.3f})".format(*line.cpu_ratio),
}


def table(lines: Sequence[Line]) -> str:
    """Markdown that also reads well in a terminal."""
    return markdown(list(_COLUMNS), [[cell(each) for cell in _COLUMNS.values()] for each in lines])


def markdown(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    texts = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in texts) for index in range(len(head))]
    padded = [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in texts]
    rule = ["-" * (width - 1) + ":" for width in widths]
    return "\n".join(f"| {' | '.join(row)} |" for row in (padded[0], rule, *padded[1:]))
