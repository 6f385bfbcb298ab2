"""Severity policy and human labels: `python -m benchmarks.severity_agreement --data DIRECTORY`.

CSETv0 gave a severity to 100 incidents of the AI Incident Database. They become reports as a replay
makes them, and the shipped severity policy decides them. DIRECTORY is an unpacked snapshot; it is
never shipped (CC BY-SA 4.0).
"""

import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import agreement
from incidents.replay import aiid
from incidents.replay.aiid import Classified
from policies import shipped
from policies.evaluation import Severity, decide
from policies.release import Release, compile_release

AT: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LABELS: Final = ("Negligible", "Minor", "Moderate", "Severe", "Critical")
UNCLEAR: Final = "Unclear/unknown"
LEVELS: Final = ("SEV4", "SEV3", "SEV2", "SEV1")
#: Our own reading, for the measures that need one: five labels onto four levels.
MEANT: Final = (0, 1, 2, 3, 3)


@dataclass(frozen=True)
class Rated:
    """`harm` is what CSETv0 says of it: harm caused, near miss, or unclear."""

    number: str
    label: str
    harm: str
    severity: Severity

    @property
    def pair(self) -> agreement.Pair:
        return MEANT[LABELS.index(self.label)], LEVELS.index(self.severity.level)


@dataclass(frozen=True)
class Variant:
    """Which facts are used: `records` may drop a classification, `system` the stand-in."""

    title: str
    records: Callable[[Classified], Classified]
    system: bool


def without_label_set(found: Classified) -> Classified:
    kept = {name: row for name, row in found.classifications.items() if name != "CSETv0"}
    return replace(found, classifications=kept)


VARIANTS: Final = (
    Variant("As a replay reports it", lambda found: found, system=True),
    Variant("Without what CSETv0 itself says", without_label_set, system=True),
    Variant("As a replay reports it, without the stand-in system", lambda f: f, system=False),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.severity_agreement", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="an unpacked AIID snapshot")
    options = parser.parse_args(arguments)
    release = compile_release(document for document, _ in shipped.load([shipped.DIRECTORY]))
    try:
        found = [each for each in aiid.read(options.data) if each.of("CSETv0").get("Severity")]
    except aiid.NotASnapshotError as error:
        print(error, file=sys.stderr)
        return 2
    for variant in VARIANTS:
        rated = [rate(each, release, variant) for each in found]
        print("\n".join(text(variant, rated)))
    return 0


def rate(found: Classified, release: Release, variant: Variant) -> Rated:
    report = aiid.to_report(variant.records(found), aware_before=None).body
    systems: Mapping[str, Any] = release.register.systems
    system = systems.get(report["system"], {}) if variant.system else {}
    facts = {**report, "system": dict(system), "organisation": {}}
    row = found.of("CSETv0")
    severity = decide(release, facts, at=AT).severity
    return Rated(found.incident["incident_id"], row["Severity"], row["Near Miss"], severity)


def text(variant: Variant, rated: Sequence[Rated]) -> Iterator[str]:
    labelled = [each for each in rated if each.label != UNCLEAR]
    pairs = [each.pair for each in labelled]
    yield f"### {variant.title}"
    yield ""
    yield from _confusion(rated)
    yield _measures(pairs)
    yield ""
    yield from _by_harm(labelled)
    yield from _disagreements(labelled)


def _measures(pairs: Sequence[agreement.Pair]) -> str:
    return (
        f"{len(pairs)} incidents with a clear label: {agreement.exact(pairs):.0%} the same level, "
        f"{agreement.within(pairs, 1):.0%} at most one apart, {agreement.bias(pairs):+.2f} levels "
        f"above the label on average; Kendall's tau-b {agreement.tau_b(pairs):.2f}, "
        f"weighted kappa {agreement.kappa(pairs, levels=len(LEVELS)):.2f}."
    )


def _confusion(rated: Iterable[Rated]) -> Iterator[str]:
    counts = Counter((each.label, each.severity.level) for each in rated)
    levels = LEVELS[::-1]
    yield f"| CSETv0 label | {' | '.join(levels)} | all |"
    yield f"|---|{'--:|' * (len(levels) + 1)}"
    for label in (*LABELS[::-1], UNCLEAR):
        row = [counts[label, level] for level in levels]
        yield f"| {label} | {' | '.join(map(str, row))} | {sum(row)} |"
    yield ""


def _by_harm(rated: Iterable[Rated]) -> Iterator[str]:
    found: dict[str, list[int]] = defaultdict(list)
    for each in rated:
        label, computed = each.pair
        found[each.harm].append((computed > label) - (computed < label))
    yield "| CSETv0 on harm | Incidents | Same | Above the label | Below the label |"
    yield "|---|--:|--:|--:|--:|"
    for harm, signs in sorted(found.items()):
        counts = " | ".join(str(signs.count(sign)) for sign in (0, 1, -1))
        yield f"| {harm} | {len(signs)} | {counts} |"
    yield ""


def _disagreements(rated: Iterable[Rated]) -> Iterator[str]:
    """By the rules that gave the level: how often above and below the label, and which."""
    above: dict[str, list[Rated]] = defaultdict(list)
    below: dict[str, list[Rated]] = defaultdict(list)
    for each in rated:
        label, computed = each.pair
        rules = ", ".join(each.severity.rules) or "no rule (default)"
        if computed != label:
            (above if computed > label else below)[rules].append(each)
    yield "| Rules that decided | Above the label | Below the label | Incidents (label → level) |"
    yield "|---|--:|--:|---|"
    for rules in sorted({*above, *below}, key=lambda name: -len(above[name] + below[name])):
        listed = ", ".join(
            f"{each.number} ({each.label} → {each.severity.level})"
            for each in above[rules] + below[rules]
        )
        yield f"| {rules} | {len(above[rules])} | {len(below[rules])} | {listed} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
