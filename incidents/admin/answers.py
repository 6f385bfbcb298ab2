"""What a person asks of a decision, answered from its record: why this severity, why a duty applies
or not, and which fact would settle it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from governance.console.labels import Tone
from incidents.admin import settling, traces
from incidents.admin.settling import Settling, Trace, Word
from incidents.admin.traces import Step
from incidents.models import Decision, Duty
from policies import evaluation, wording
from policies.release import Release

#: Of very many comparisons the first say enough; the whole trace has them all.
_MOST: Final = 12
_TONES: Final[Mapping[Word, Tone]] = {"true": "good", "undetermined": "warn", "false": "plain"}


@dataclass(frozen=True)
class Line:
    """A comparison with its outcome in a word, or a sentence without one."""

    text: str
    outcome: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Answer:
    """`settles` says, fact by fact, what would follow; `steps` are the whole trace, `rules` the ids
    of those that gave a severity."""

    id: str
    question: str
    short: str
    lines: Sequence[Line]
    settles: Sequence[str]
    steps: Sequence[Step]
    asks: bool = False
    rules: Sequence[str] = ()


def severity(decision: Decision, release: Release) -> Sequence[Answer]:
    """Why this level and, where there is a graver one, why not that."""
    found = evaluation.reasons(decision.text)["severity"]
    levels = [each.id for each in release.severity.levels]
    answers = [_why_level(found)]
    if found["level"] in levels and (place := levels.index(found["level"])) > 0:
        answers.append(_why_not(levels[place - 1], found))
    return answers


def duties(decision: Decision, rows: Iterable[Duty]) -> tuple[Sequence[Answer], Sequence[Answer]]:
    """Of each duty that has a row, why it applies, might or does not, in the order of the rows; and
    of each regime that has none, why it does not concern the incident."""
    recorded = evaluation.reasons(decision.text)["duties"]
    by_name = {_name(each): each for each in recorded}
    known = [(row, by_name.get((row.policy_name, row.duty))) for row in rows]
    found = [_of_duty(row, each) for row, each in known if each is not None]
    told = {row.policy_name for row, _ in known}
    rest = {each["policy"]: each for each in recorded if _name(each)[0] not in told}
    return found, [_of_regime(each) for each in rest.values()]


def of_duty(decision: Decision, row: Duty) -> Answer | None:
    """None where the policies applied last do not know the duty."""
    found, _ = duties(decision, [row])
    return found[0] if found else None


# --- severity ----------------------------------------------------------------------------------


def _why_level(found: Mapping[str, Any]) -> Answer:
    chosen = [each for each in found["trace"] if each["rule"] in found["rules"]]
    lines = [line for each in chosen for line in _because(each["trace"])]
    level = found["level"]
    settles = []
    if found["provisional"]:
        for each in chosen:
            settles += [
                _settles(
                    one,
                    gettext("%(level)s stands") % {"level": level},
                    gettext("this rule no longer gives %(level)s") % {"level": level},
                )
                for one in settling.settling([each["trace"]])
            ]
    short = " ".join(found["because"])
    if not chosen:
        lines = [
            Line(gettext("No rule holds, so that the level for every other incident is given."))
        ]
    return Answer(
        "why-severity",
        gettext("Why %(level)s?") % {"level": level},
        short,
        _few(lines),
        _once(settles),
        [traces.rule(each) for each in chosen],
        asks=bool(settles),
        rules=found["rules"],
    )


def _why_not(level: str, found: Mapping[str, Any]) -> Answer:
    """The rules that would give the next graver level, each with what keeps it from holding."""
    rules = [each for each in found["trace"] if each["level"] == level]
    lines = [line for each in rules for line in _because(each["trace"])]
    open_ = any(each["trace"]["outcome"] == "undetermined" for each in rules)
    settles = [
        _settles(
            one,
            gettext("it is %(level)s") % {"level": level},
            gettext("this rule does not give %(level)s") % {"level": level},
        )
        for each in rules
        for one in settling.settling([each["trace"]])
    ]
    short = gettext("A rule for it may still hold.") if open_ else gettext("No rule for it holds.")
    return Answer(
        "why-not-severity",
        gettext("Why not %(level)s?") % {"level": level},
        short,
        _few(lines),
        _once(settles),
        [traces.rule(each) for each in rules],
    )


# --- duties ------------------------------------------------------------------------------------


def _of_duty(row: Duty, found: Mapping[str, Any]) -> Answer:
    conditions = list(found["trace"].values())
    outcome = settling.together([each["outcome"] for each in conditions])
    said = {"duty": row.title, "regime": row.regime}
    question = {
        "true": gettext("Why does “%(duty)s” (%(regime)s) apply?"),
        "undetermined": gettext("Does “%(duty)s” (%(regime)s) apply?"),
        "false": gettext("Why does “%(duty)s” (%(regime)s) not apply?"),
    }[outcome]
    applies, not_so = gettext("it applies"), gettext("it does not apply")
    return Answer(
        f"why-{row.id}",
        question % said,
        _short(row, found),
        _few(line for each in conditions for line in _because(each, outcome)),
        _once(_settles(each, applies, not_so) for each in settling.settling(conditions)),
        [traces.duty(found)],
        asks=outcome == "undetermined",
    )


def _short(row: Duty, found: Mapping[str, Any]) -> str:
    """The standing of the duty where that differs from what the conditions say."""
    if found["superseded_by"]:
        return gettext("Its conditions hold, and the duty “%(other)s” takes its place.") % {
            "other": wording.words(found["superseded_by"]).replace("-", " ")
        }
    if found["shadow"]:
        return gettext("In shadow: %(why)s") % {"why": found["shadow_because"]}
    if row.confirmation == Duty.Confirmation.CONTESTED:
        return gettext("A person holds that it applies, whatever the conditions say.")
    return ""


def _of_regime(found: Mapping[str, Any]) -> Answer:
    trace = found["trace"]["applies_when"]
    name = found["policy"].partition("/")[2].partition("@")[0]
    return Answer(
        f"why-not-{name}",
        gettext("Why not %(policy)s?") % {"policy": name},
        "",
        _few(_because(trace)),
        [],
        [traces.step(trace)],
    )


def _name(found: Mapping[str, Any]) -> tuple[str, str]:
    return found["policy"].partition("/")[2].partition("@")[0], found["duty"]


# --- in words ----------------------------------------------------------------------------------


def _because(trace: Trace, outcome: Word | None = None) -> Iterator[Line]:
    """The comparisons that gave the outcome; those of a condition with another one say nothing.
    That a fact is known goes without saying where it was compared."""
    found = list(settling.causes(trace, outcome or trace["outcome"]))
    compared = {each["path"] for each, _ in found if each["operator"] != "known"}
    for each, negated in found:
        if each["operator"] != "known" or each["path"] not in compared:
            yield comparison(each, negated=negated)


def comparison(each: Trace, *, negated: bool = False) -> Line:
    """`Impact › people affected is at least 1,000 (known: 2,600)`, and whether that holds."""
    outcome: Word = settling.OPPOSITE[each["outcome"]] if negated else each["outcome"]
    said = {
        "true": gettext("holds"),
        "false": gettext("does not hold"),
        "undetermined": gettext("open"),
    }[outcome]
    text = f"{asked(each)} ({_saw(each)})"
    text = gettext("not: %(comparison)s") % {"comparison": text} if negated else text
    return Line(_capital(text), said, _TONES[outcome])


def asked(each: Trace) -> str:
    return wording.sentence({each["path"]: {each["operator"]: each["operand"]}})


def _saw(each: Trace) -> str:
    saw = each["saw"]
    if saw is None:
        return gettext("not known")
    words = (
        wording.listed(saw, gettext("and")) if isinstance(saw, list) else wording.value_words(saw)
    )
    return gettext("known: %(value)s") % {"value": words or gettext("none")}


def _settles(each: Settling, holds: str, fails: str) -> str:
    """Both ways: what follows where the comparison holds, and where it does not."""
    open_ = gettext("it is still open")
    said = {"true": holds, "false": fails, "undetermined": open_}
    return gettext("If %(asked)s, %(then)s; if not, %(otherwise)s.") % {
        "asked": asked(each.comparison),
        "then": said[each.holds],
        "otherwise": said[each.fails],
    }


def _few(lines: Iterable[Line]) -> Sequence[Line]:
    found = list(dict.fromkeys(lines))
    more = len(found) - _MOST
    if more <= 0:
        return found
    return [*found[:_MOST], Line(gettext("and %(more)s more, in the whole trace") % {"more": more})]


def _once(texts: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(texts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
