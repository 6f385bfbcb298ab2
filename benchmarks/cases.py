"""Reports as they come in, made by chance from a release's own report schema and register.

The words are those of MITRE ATLAS case studies, the shipped replay; the facts are drawn, the same
for the same seed. What every incident is asked for is stated mostly, what only one regime asks for
seldom: the first report of an incident leaves much open.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from governance import canonical
from incidents.replay import atlas
from policies import evaluation, report_schema, reports
from policies.release import Release

AT: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_USUAL: Final = frozenset(
    {"harms", "failure_modes", "causes", "detection", "impact", "personal_data", "security"}
)
_USUALLY: Final = 0.7
_SELDOM: Final = 0.1
_TRIES: Final = 50
_DAYS: Final = 300


class Unfit(Exception):
    """No report that was drawn fits the schema."""


class Cases:
    def __init__(self, release: Release, *, seed: int = 1) -> None:
        self._release = release
        self._chance = random.Random(seed)
        self._systems = sorted(release.register.systems)
        self._told = [
            each.body for each in atlas.reports(
                atlas.read(atlas.SHIPPED), aware_before=None, exercises=True
            )
        ]  # fmt: skip

    def reports(self, count: int) -> Iterator[dict[str, Any]]:
        """Reports that the release accepts."""
        return (self._report() for _ in range(count))

    def facts(self, count: int) -> Iterator[dict[str, Any]]:
        """The same with what the register knows, as they are decided on."""
        for report in self.reports(count):
            stated = {name: reports.instant_of(at) for name, at in report["moments"].items()}
            moments = {name: canonical.instant(at) for name, at in stated.items() if at}
            yield {**evaluation.facts_of(report, self._release), "moments": moments}

    def _report(self) -> dict[str, Any]:
        for _ in range(_TRIES):
            drawn = self._drawn()
            if not reports.check(drawn, self._release, at=AT):
                return drawn
        raise Unfit(str(reports.check(drawn, self._release, at=AT)[0]))

    def _drawn(self) -> dict[str, Any]:
        chance, told = self._chance, self._chance.choice(self._told)
        drawn: dict[str, Any] = {
            "incident": told["incident"],
            "source": told["source"],
            "system": chance.choice(self._systems),
            "moments": self._moments(),
        }
        schema = self._release.report_schema
        for name, fact in schema["properties"].items():
            often = _USUALLY if name in _USUAL else _SELDOM
            if name not in drawn and name != "drill" and chance.random() < often:
                drawn[name] = self._value(fact)
        return drawn

    def _moments(self) -> dict[str, str]:
        """It happened, was detected, and we became aware of it; seldom anything else."""
        at = AT - timedelta(minutes=self._chance.randrange(_DAYS * 1440))
        found: dict[str, str] = {}
        for name in ("occurred", "detected", "aware", *sorted(self._release.moments)):
            if name not in found and (len(found) < 3 or self._chance.random() < _SELDOM / 2):
                at = min(at + timedelta(minutes=self._chance.randrange(600)), AT)
                found[name] = canonical.instant(at)
        return found

    def _value(self, schema: Mapping[str, Any]) -> Any:
        """Something that fits a schema, as far as its type and terms go."""
        chance = self._chance
        known = report_schema.resolved(self._release.report_schema, schema)
        if "enum" in known:
            return chance.choice(known["enum"])
        match known.get("type"):
            case "boolean":
                return chance.random() < 0.4
            case "integer" | "number":
                return int(10 ** chance.uniform(0, 5))
            case "array":
                drawn = [self._value(known.get("items", {})) for _ in range(chance.randint(1, 2))]
                return [each for place, each in enumerate(drawn) if each not in drawn[:place]]
            case "object":
                return {
                    name: self._value(fact)
                    for name, fact in known.get("properties", {}).items()
                    if chance.random() < _USUALLY
                }
            case _ if known.get("format") == "date-time":
                return canonical.instant(AT)
            case _:
                return "EU"
