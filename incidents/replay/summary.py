"""What a replay did, counted, and whether the service accounts for it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from incidents.replay.client import Answer, Outcome, Statistics


@dataclass(frozen=True)
class Summary:
    """`known` are records left out because the service holds them already."""

    answers: tuple[Answer, ...]
    known: int = 0

    def count(self, outcome: Outcome) -> int:
        found = sum(answer.outcome is outcome for answer in self.answers)
        return found + self.known if outcome is Outcome.ALREADY_THERE else found

    @property
    def stored(self) -> int:
        """Submissions that the service must hold more than before."""
        return self.count(Outcome.ACCEPTED) + self.count(Outcome.REJECTED)

    def unaccounted(self, before: Statistics, after: Statistics) -> int:
        """Records without a decision, and decided ones that the service does not count."""
        missing = max(0, self.stored - (after.submissions - before.submissions))
        return self.count(Outcome.FAILED) + missing


def lines(summary: Summary) -> Iterator[str]:
    """The summary as text, without the comparison with the service."""
    yield f"Sent {len(summary.answers)} of {len(summary.answers) + summary.known} records"
    for outcome in Outcome:
        yield f"  {outcome:<14} {summary.count(outcome):>6}"
    accepted = [each.content for each in summary.answers if each.outcome is Outcome.ACCEPTED]
    rejected = [each.content for each in summary.answers if each.outcome is Outcome.REJECTED]
    failed = [each.content for each in summary.answers if each.outcome is Outcome.FAILED]
    yield from _table("Rejected, by reason", _reasons(rejected))
    yield from _table("Failed, by reason", Counter(str(each.get("code", "?")) for each in failed))
    yield from _table("Severity", Counter(_severity(each) for each in accepted))
    yield from _table("Duties, by regime and state", Counter(_duties(accepted)))


def comparison(summary: Summary, before: Statistics, after: Statistics) -> Iterator[str]:
    gained = after.submissions - before.submissions
    yield f"Accounted for: command {summary.stored}, API {gained}"
    yield f"  incidents {before.incidents} → {after.incidents}"
    yield f"  rejected  {before.rejected} → {after.rejected}"
    if missing := summary.unaccounted(before, after):
        yield f"  unaccounted for: {missing}"


def _reasons(rejected: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Reports by the first problem of each kind: code and JSON pointer."""
    found: Counter[str] = Counter()
    for content in rejected:
        errors = content.get("errors") or [{"code": content.get("code", "?")}]
        found.update(
            {f"{each.get('code', '?')} {each.get('pointer', '')}".strip() for each in errors}
        )
    return found


def _severity(content: Mapping[str, Any]) -> str:
    severity = content.get("severity")
    return str(severity.get("level", "?")) if isinstance(severity, Mapping) else "?"


def _duties(accepted: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for content in accepted:
        for duty in content.get("duties", []):
            shadow = " (shadow)" if duty.get("shadow") else ""
            yield f"{duty.get('regime', '?')}{shadow}: {duty.get('state', '?')}"


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        yield title
        width = max(map(len, counts))
        for name, count in sorted(counts.items()):
            yield f"  {name:<{width}} {count:>6}"
