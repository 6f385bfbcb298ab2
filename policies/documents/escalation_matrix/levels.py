"""What happens at a level: steps, repetition, quiet, and the variant outside working hours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, Final

from policies.documents.calendar import WEEKDAYS
from policies.documents.escalation_matrix.matrix import SNOOZE, Hours, Quiet, Repeat, Response, Step
from policies.documents.meaning import Problems, duration, known_zone
from policies.problems import Problem

Raw = Mapping[str, Any]
SHORTEST: Final = timedelta(minutes=1)
#: What `outside_hours` may say otherwise.
VARIED: Final = ("lead", "channel", "notify", "acknowledge_within", "steps")


def response(raw: Raw, at: str, everybody: tuple[str, ...], found: list[Problem]) -> Response:
    """`everybody` are all roles of the matrix, for a step that tells everyone."""
    most = raw.get("snooze_at_most")
    made = replace(
        _variant(raw, at, everybody, found),
        repeat=repeat(raw["repeat"], f"{at}/repeat", found) if "repeat" in raw else None,
        quiet=_quiet(raw["quiet"], f"{at}/quiet", found) if "quiet" in raw else None,
        snooze_at_most=duration(most, f"{at}/snooze_at_most", found) if most else SNOOZE,
    )
    if made.repeat is not None and not made.steps:
        message = "There is no step that could be repeated."
        found.append(Problem("repeat-without-step", message, f"{at}/repeat"))
    if "outside_hours" not in raw:
        return made
    outside = _outside(raw, at, made, everybody, found)
    return replace(_padded(made, outside), outside=_padded(outside, made))


def steps(
    raw: Sequence[Raw], at: str, everybody: tuple[str, ...], found: list[Problem]
) -> tuple[Step, ...]:
    made = tuple(_step(each, f"{at}/{index}", everybody, found) for index, each in enumerate(raw))
    waits = [step.after for step in made]
    if waits != sorted(waits):
        message = "Steps come in the order of their waits."
        found.append(Problem("steps-out-of-order", message, at))
    for index, step in enumerate(made[:-1]):
        if step.everyone:
            message = "Once everyone has been told there is nobody left for a further step."
            hint = "Let the step that tells everyone be the last."
            found.append(Problem("everyone-not-last", message, f"{at}/{index}/everyone", hint=hint))
    return made


def repeat(raw: Raw, at: str, found: list[Problem]) -> Repeat:
    every = duration(raw["every"], f"{at}/every", found)
    if every < SHORTEST:
        message = "Nobody can answer so often."
        hint = "Repeat after a minute at the earliest, such as PT15M."
        found.append(Problem("repeat-too-short", message, f"{at}/every", hint=hint))
    return Repeat(every, raw.get("times"))


def hours(raw: Raw) -> Hours:
    return Hours(time.fromisoformat(raw["from"]), time.fromisoformat(raw["to"]))


def _variant(raw: Raw, at: str, everybody: tuple[str, ...], found: list[Problem]) -> Response:
    within = raw.get("acknowledge_within")
    return Response(
        lead=raw["lead"],
        channel=raw.get("channel", ""),
        notify=tuple(raw.get("notify", [])),
        acknowledge_within=duration(within, f"{at}/acknowledge_within", found) if within else None,
        steps=steps(raw.get("steps", []), f"{at}/steps", everybody, found),
    )


def _outside(
    raw: Raw, at: str, made: Response, everybody: tuple[str, ...], found: list[Problem]
) -> Response:
    """What it does not say itself is as within the hours, and was checked there."""
    own = raw["outside_hours"]
    merged = {key: source[key] for source in (raw, own) for key in VARIED if key in source}
    said = Problems()
    outside = _variant(merged, f"{at}/outside_hours", everybody, said)
    found.extend(
        each for each in said if any(each.pointer.startswith(f"{at}/outside_hours/{key}")
                                     for key in own)
    )  # fmt: skip
    return replace(
        outside, repeat=made.repeat, quiet=made.quiet, snooze_at_most=made.snooze_at_most
    )


def _padded(short: Response, long: Response) -> Response:
    """With as many steps as the other variant has, the last one told again at the times of that: a
    ladder that goes from one variant to the other neither ends early nor waits for nothing."""
    if not short.steps:
        return short
    last = short.steps[-1]
    more = (
        replace(last, after=max(last.after, each.after)) for each in long.steps[len(short.steps) :]
    )
    return replace(short, steps=(*short.steps, *more))


def _step(raw: Raw, at: str, everybody: tuple[str, ...], found: list[Problem]) -> Step:
    everyone = raw.get("everyone", False)
    if everyone is ("notify" in raw):
        message = "A step tells roles under `notify`, or `everyone`."
        found.append(Problem("step-tells-nobody", message, at, hint="Give one of the two."))
    return Step(
        duration(raw["after"], f"{at}/after", found),
        everybody if everyone else tuple(raw.get("notify", [])),
        everyone,
        raw.get("channel", ""),
    )


def _quiet(raw: Raw, at: str, found: list[Problem]) -> Quiet:
    if ("zone" in raw) is ("calendar" in raw):
        message = "Quiet hours are local ones: of a `zone`, or of a `calendar`."
        found.append(Problem("quiet-without-zone", message, at, hint="Give one of the two."))
    if "zone" in raw:
        known_zone(raw["zone"], f"{at}/zone", found)
    return Quiet(
        hours(raw["hours"]),
        frozenset(WEEKDAYS.index(day) for day in raw.get("days", [])),
        raw.get("zone", ""),
        raw.get("calendar", ""),
        tuple(raw.get("roles", [])),
    )
