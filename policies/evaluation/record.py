"""The record of a decision as canonical JSON (pure).

`conditions` holds each comparison and composition once, under an id that rules and duties name;
`reasons` puts them back in place. The text is joined from parts that are made once a release,
since writing it out anew would take many times as long as deciding.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from governance import canonical
from policies.conditions.condition import Compared, note
from policies.conditions.values import shown
from policies.evaluation.circuit import FALSE, UNDETERMINED, Reading
from policies.evaluation.decision import Decision, DutyDecision, Severity
from policies.evaluation.plan import OUTCOMES, Plan, PolicyPlan

#: The form of a record. 1 had no such key, and each duty carried its whole trace.
FORMAT: Final = 2
_WORDS: Final = ("false", "undetermined", "true")
_KEPT: Final = 256


class Writer:
    """Writes the records of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        circuit = plan.circuit
        width = max(4, len(str(len(circuit))))  # ids sort as their slots do
        self._ids = [f"c{slot:0{width}}" for slot in range(len(circuit))]
        self._heads = [
            [self._head(slot, each, word) for word in _WORDS]
            for slot, each in enumerate(circuit.comparisons)
        ]
        self._texts = [[f"{head}null}}" for head in heads] for heads in self._heads]
        self._texts += [
            [self._composition(place, word) for word in _WORDS]
            for place in range(len(circuit.compositions))
        ]
        self._rules = canonical.text(
            [
                {"level": each.rule.level, "rule": each.rule.id, "when": self._ids[each.slot]}
                for each in plan.rules
            ]
        )
        self._policies = [_PolicyText(each, self._ids) for each in plan.policies]
        self._needs = [
            circuit.reach(slot for _, slot in each.duties if slot is not None)
            for each in plan.policies
        ]
        self._chosen: dict[tuple[int, ...], Sequence[int]] = {}

    def text(self, reading: Reading, decision: Decision) -> str:
        open_ = tuple(
            [
                number
                for number, each in enumerate(self._plan.policies)
                if reading.outcomes[each.scope] != FALSE
            ]
        )
        return (
            f'{{"at":"{canonical.instant(decision.at)}"'
            f',"conditions":{{{",".join(self._conditions(reading, open_))}}}'
            f',"facts":"{decision.facts_digest}"'
            f',"format":{FORMAT}'
            f',"obligations":[{",".join(self._obligations(reading, decision))}]'
            f',"release":"{decision.release}"'
            f',"severity":{self._severity(decision.severity)}}}'
        )

    def _conditions(self, reading: Reading, open_: tuple[int, ...]) -> list[str]:
        outcomes, texts = reading.outcomes, self._texts
        seen: dict[int, str] = {}
        for path, value in reading.seen:
            saw = canonical.text(shown(value))
            for slot, _ in path.checks:
                outcome = outcomes[slot]
                seen[slot] = f"{self._heads[slot][outcome]}{saw}}}"
                if outcome == UNDETERMINED:
                    seen[slot] = self._noted(slot, value)
        return [seen.get(slot) or texts[slot][outcomes[slot]] for slot in self._slots(open_)]

    def _slots(self, open_: tuple[int, ...]) -> Sequence[int]:
        """What is recorded when these regimes apply or might: a regime that does not apply needs no
        reasons duty by duty."""
        found = self._chosen.get(open_)
        if found is None:
            if len(self._chosen) >= _KEPT:
                self._chosen.clear()
            found = sorted(self._plan.always.union(*[self._needs[number] for number in open_]))
            self._chosen[open_] = found
        return found

    def _obligations(self, reading: Reading, decision: Decision) -> list[str]:
        found, start = [], 0
        for policy, text in zip(self._plan.policies, self._policies, strict=True):
            end = start + len(policy.duties)
            duties = decision.duties[start:end]
            if duties:
                standing = duties[0].shadow, duties[0].shadow_because
            else:
                standing = policy.standing(reading.outcomes, decision.at.date())
            found.append(text.of(duties, standing, open_=reading.outcomes[policy.scope] != FALSE))
            start = end
        return found

    def _severity(self, severity: Severity) -> str:
        return (
            f'{{"because":{canonical.text(severity.because)}'
            f',"level":{canonical.text(severity.level)}'
            f',"missing":{canonical.text(severity.missing)}'
            f',"provisional":{"true" if severity.provisional else "false"}'
            f',"rules":{canonical.text(severity.rules)}'
            f',"trace":{self._rules}}}'
        )

    def _head(self, slot: int, compared: Compared, word: str, said: str = "") -> str:
        """A comparison up to what it saw."""
        use = compared.use
        aside = f'"note":{canonical.text(said)},' if said else ""
        return (
            f'"{self._ids[slot]}":{{{aside}"operand":{canonical.text(shown(use.operand))}'
            f',"operator":"{use.operator}","outcome":"{word}","path":"{use.path}","saw":'
        )

    def _noted(self, slot: int, value: object) -> str:
        compared = self._plan.circuit.comparisons[slot]
        head = self._head(slot, compared, _WORDS[UNDETERMINED], note(compared.use, value))
        return f"{head}{canonical.text(shown(value))}}}"

    def _composition(self, place: int, word: str) -> str:
        circuit = self._plan.circuit
        name, parts = circuit.compositions[place]
        ids = [self._ids[part] for part in parts]
        of = canonical.text(ids[0] if name == "not" else ids)
        return (
            f'"{self._ids[len(circuit.comparisons) + place]}":{{"{name}":{of},"outcome":"{word}"}}'
        )


class _PolicyText:
    """The parts of one policy's record. `closed` are its duties where the regime does not apply."""

    def __init__(self, plan: PolicyPlan, ids: Sequence[str]) -> None:
        digest = f',"digest":"{plan.digest}","duties":['
        self._head = f'{{"applies_when":"{ids[plan.scope]}"{digest}'
        self._tail = f'],"policy":{canonical.text(plan.identity)}'
        self._duties = [
            (
                f'{{"duty":{canonical.text(subject.duty.id)},"missing":',
                "}" if slot is None else f',"when":"{ids[slot]}"}}',
            )
            for subject, slot in plan.duties
        ]
        no, _, yes = OUTCOMES
        self._plain = {
            outcome: [_duty(head, "[]", outcome, '""', tail) for head, tail in self._duties]
            for outcome in (no, yes)
        }
        self._closed = ",".join(_duty(head, "[]", no, '""', "}") for head, _ in self._duties)
        self._standings: dict[tuple[bool, str], str] = {}

    def of(self, duties: Sequence[DutyDecision], standing: tuple[bool, str], *, open_: bool) -> str:
        inner = self._open(duties) if open_ else self._closed
        end = self._standings.get(standing) or self._standing(standing)
        return f"{self._head}{inner}{end}"

    def _open(self, duties: Sequence[DutyDecision]) -> str:
        return ",".join(
            [
                self._plain[duty.outcome][number]
                if not duty.missing and not duty.superseded_by
                else self._particular(duty, number)
                for number, duty in enumerate(duties)
            ]
        )

    def _particular(self, duty: DutyDecision, number: int) -> str:
        head, tail = self._duties[number]
        by = f'"{duty.superseded_by}"'
        return _duty(head, _list(duty.missing), duty.outcome, by, tail)

    def _standing(self, standing: tuple[bool, str]) -> str:
        """Few: one for each date from which the law may bite."""
        shadow, why = standing
        said = f',"shadow":{"true" if shadow else "false"},"shadow_because":{canonical.text(why)}}}'
        return self._standings.setdefault(standing, f"{self._tail}{said}")


@lru_cache(maxsize=4096)
def _list(names: tuple[str, ...]) -> str:
    """Mostly the same facts are missing."""
    return canonical.text(names)


def _duty(head: str, missing: str, outcome: str, by: str, tail: str) -> str:
    return f'{head}{missing},"outcome":"{outcome}","superseded_by":{by}{tail}'
