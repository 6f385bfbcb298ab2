"""Decisions per second under all shipped policies, one core: `python -m benchmarks.decisions`.

1. the shipped packs are read and compiled, timed
2. incidents are drawn from the release's own schema, see `cases`; beside them the one that takes
   longest, of which nothing is known but its words, so that every regime may apply
3. rounds over all of them, in turn: severity and duties only; with the record as canonical text and
   its digest, which is what a stored decision takes
"""

import json
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks import machine
from benchmarks.cases import AT, Cases
from benchmarks.figures import markdown, percentile
from policies import evaluation, shipped
from policies.evaluation import Decision
from policies.release import Release, compile_release

_WARM_UP: Final = 200
Made = TypeVar("Made")


@dataclass(frozen=True)
class Compiled:
    """Times in milliseconds: reading the files, making the release of them, and getting it ready to
    decide and to check reports."""

    documents: int
    policies: int
    duties: int
    rules: int
    comparisons: int
    compositions: int
    read: float
    compile: float
    prepare: float


@dataclass(frozen=True)
class Line:
    """Microseconds a decision; `least` and `most` are those of whole rounds, p99 of single ones."""

    incidents: str
    what: str
    median: float
    least: float
    most: float
    p99: float

    @property
    def rate(self) -> float:
        return 1e6 / self.median


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.decisions", description=__doc__)
    parser.add_argument("--incidents", type=int, default=2000, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    options = parser.parse_args(arguments)
    release, compiled = _compiled()
    facts = list(Cases(release).facts(options.incidents))
    decided = [evaluation.decide(release, each, at=AT) for each in facts]
    bare = [_bare(each) for each in facts]
    lines = [
        *_measured("drawn", release, facts, options.rounds),
        *_measured("nothing known", release, bare, options.rounds),
    ]
    found: dict[str, Any] = {
        "machine": {"python": sys.version.split()[0], "cores": machine.cores()},
        "compiled": asdict(compiled),
        "incidents": _described(decided),
        "nothing_known": _described([evaluation.decide(release, bare[0], at=AT)]),
        "lines": [{**asdict(line), "rate": line.rate} for line in lines],
    }
    print(_text(compiled, found["incidents"], lines))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _compiled() -> tuple[Release, Compiled]:
    documents, read = _timed(
        lambda: [document for document, _ in shipped.load([shipped.DIRECTORY])]
    )
    release, compile_ = _timed(lambda: compile_release(documents))
    (plan, _), prepare = _timed(lambda: _prepared(release))
    return release, Compiled(
        documents=len(documents),
        policies=len(release.obligations),
        duties=sum(len(policy.duties) for _, policy in release.obligations),
        rules=len(release.severity.rules),
        comparisons=len(plan.circuit.comparisons),
        compositions=len(plan.circuit.compositions),
        read=read,
        compile=compile_,
        prepare=prepare,
    )


def _prepared(release: Release) -> Any:
    _ = release.report_validator
    return evaluation.prepare(release)


def _bare(facts: evaluation.Facts) -> evaluation.Facts:
    """Nothing but what happened, in words."""
    return {"incident": facts["incident"], "system": {}, "organisation": {}, "moments": {}}


def _measured(
    incidents: str, release: Release, facts: Sequence[evaluation.Facts], rounds: int
) -> list[Line]:
    ways: dict[str, Callable[[Decision], object]] = {
        "severity and duties": lambda decision: decision,
        "and the record's text": lambda decision: decision.text,
        "and its digest": lambda decision: decision.digest,
    }
    took: dict[str, list[list[float]]] = {what: [] for what in ways}
    for each in facts[:_WARM_UP]:
        _ = evaluation.decide(release, each, at=AT).digest
    for _ in range(rounds):
        for what, finish in ways.items():
            took[what].append(_round(release, facts, finish))
    return [_line(incidents, what, spent) for what, spent in took.items()]


def _round(
    release: Release, facts: Sequence[evaluation.Facts], finish: Callable[[Decision], object]
) -> list[float]:
    """Microseconds of each decision."""
    spent = []
    for each in facts:
        before = time.perf_counter()
        finish(evaluation.decide(release, each, at=AT))
        spent.append((time.perf_counter() - before) * 1e6)
    return spent


def _line(incidents: str, what: str, rounds: Sequence[Sequence[float]]) -> Line:
    means = [statistics.fmean(each) for each in rounds]
    every = sorted(spent for each in rounds for spent in each)
    middle = statistics.median(means)
    return Line(incidents, what, middle, min(means), max(means), percentile(every, 99))


def _described(decided: Sequence[Decision]) -> dict[str, Any]:
    """What was decided on average, so that the figures can be judged."""
    levels = [each.severity.level for each in decided]
    return {
        "count": len(decided),
        "facts_bytes": statistics.fmean(len(each.facts_text) for each in decided),
        "record_bytes": statistics.fmean(len(each.text) for each in decided),
        "severities": {level: levels.count(level) for level in sorted(set(levels))},
        "duties": {
            outcome: statistics.fmean(len(each.of(outcome)) for each in decided)
            for outcome in ("applies", "undetermined", "does_not_apply")
        },
    }


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    before = time.perf_counter()
    made = make()
    return made, (time.perf_counter() - before) * 1000


def _text(compiled: Compiled, incidents: dict[str, Any], lines: Sequence[Line]) -> str:
    duties = ", ".join(f"{count:.1f} {name}" for name, count in incidents["duties"].items())
    return "\n\n".join(
        (
            f"{compiled.documents} documents: {compiled.policies} obligation policies with "
            f"{compiled.duties} duties, {compiled.rules} severity rules; {compiled.comparisons} "
            f"different comparisons in {compiled.compositions} compositions. Read in "
            f"{compiled.read:.0f} ms, compiled in {compiled.compile:.0f} ms, made ready in "
            f"{compiled.prepare:.0f} ms.",
            f"{incidents['count']} incidents; facts of {incidents['facts_bytes']:.0f} bytes, "
            f"records of {incidents['record_bytes']:.0f} bytes; duties on average: {duties}.",
            markdown(
                ["incidents", "a decision", "ms", "(least–most)", "p99 ms", "decisions/s"],
                [
                    (
                        line.incidents,
                        line.what,
                        f"{line.median / 1000:.3f}",
                        f"({line.least / 1000:.3f}–{line.most / 1000:.3f})",
                        f"{line.p99 / 1000:.3f}",
                        f"{line.rate:.0f}",
                    )
                    for line in lines
                ],
            ),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
