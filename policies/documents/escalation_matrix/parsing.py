"""From the form of an escalation matrix to what it says, and what is wrong with its roles."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from policies.documents.document import Kind
from policies.documents.escalation_matrix import levels, turns
from policies.documents.escalation_matrix.form import DESTINATION, SPEC
from policies.documents.escalation_matrix.matrix import (
    ABOVE,
    DAY,
    WATCHER,
    EscalationMatrix,
    Role,
    Step,
    Watch,
    WorkingHours,
)
from policies.documents.meaning import Problems, unknown_name
from policies.problems import Problem, below, quoted

Raw = Mapping[str, Any]


def parse(spec: Raw) -> tuple[EscalationMatrix, list[Problem]]:
    found = Problems()
    roles = {
        raw["id"]: _role(raw, f"/spec/roles/{index}", found)
        for index, raw in enumerate(spec["roles"])
    }
    found.extend(
        unknown_name("role", name, roles, pointer)
        for name, pointer in _named(spec)
        if name not in roles
    )
    rotas = turns.rotas(spec.get("rotas", []), found)
    feeds = turns.feeds(spec.get("feeds", []), found)
    _on_call(spec, rotas, feeds, found)
    hours = spec.get("working_hours")
    everybody = tuple(roles)
    matrix = EscalationMatrix(
        roles=roles,
        levels={
            level: levels.response(raw, below("/spec/levels", level), everybody, found)
            for level, raw in spec["levels"].items()
        },
        watch=_watch(spec.get("duties", {}), roles, found),
        working_hours=WorkingHours(hours["calendar"], levels.hours(hours)) if hours else None,
        rotas=rotas,
        feeds=feeds,
    )
    for level, raw in spec["levels"].items():
        if hours is None and "outside_hours" in raw:
            at = below("/spec/levels", level) + "/outside_hours"
            message = "The matrix has no working hours outside which this could hold."
            hint = "Add `working_hours: {calendar, from, to}`."
            found.append(Problem("outside-without-hours", message, at, hint=hint))
    return matrix, found


KIND: Final = Kind("EscalationMatrix", SPEC, parse)


def _role(raw: Raw, at: str, found: list[Problem]) -> Role:
    contacts = tuple((each["channel"], each["to"]) for each in raw.get("contacts", []))
    for index, (channel, to) in enumerate(contacts):
        if not re.search(DESTINATION[channel], to):
            what = "an e-mail address" if channel == "email" else "the name of an endpoint"
            message = f"{quoted(to)} is not {what}."
            found.append(Problem("schema-pattern", message, f"{at}/contacts/{index}/to"))
    on_call = raw.get("on_call", {})
    return Role(raw["id"], raw["title"], contacts, on_call.get("rota", ""), on_call.get("feed", ""))


def _on_call(spec: Raw, rotas: Raw, feeds: Raw, found: list[Problem]) -> None:
    for index, raw in enumerate(spec["roles"]):
        named = raw.get("on_call")
        if named is None:
            continue
        at = f"/spec/roles/{index}/on_call"
        if len(named) != 1:
            message = "Name one rota or one feed that says who is on call."
            found.append(Problem("on-call-of-one", message, at))
        if "rota" in named and named["rota"] not in rotas:
            found.append(unknown_name("rota", named["rota"], rotas, f"{at}/rota"))
        if "feed" in named and named["feed"] not in feeds:
            found.append(unknown_name("feed", named["feed"], feeds, f"{at}/feed"))


def _watch(raw: Raw, roles: Mapping[str, Role], found: list[Problem]) -> Watch:
    watchers = tuple(role for role in (WATCHER,) if role in roles)
    at = "/spec/duties/overdue"
    overdue = raw.get("overdue")
    if overdue is None:
        above = (Step(DAY, (ABOVE,)),) if ABOVE in roles else ()
        steps, again = (Step(timedelta(), watchers), *above), DAY
    else:
        steps = levels.steps(overdue["steps"], f"{at}/steps", (), found)
        again = DAY
        if "repeat" in overdue:
            again = levels.repeat(overdue["repeat"], f"{at}/repeat", found).every
    at_risk = tuple(raw["at_risk"]["notify"]) if "at_risk" in raw else watchers
    return Watch(at_risk, steps, again)


def _named(spec: Raw) -> Iterator[tuple[str, str]]:
    """Every role that the matrix names, with its pointer."""
    for level, raw in spec["levels"].items():
        at = below("/spec/levels", level)
        yield from _of_variant(raw, at)
        yield from _listed(raw.get("quiet", {}).get("roles", []), f"{at}/quiet/roles")
        yield from _of_variant(raw.get("outside_hours", {}), f"{at}/outside_hours")
    duties = spec.get("duties", {})
    at_risk = duties.get("at_risk", {}).get("notify", [])
    yield from _listed(at_risk, "/spec/duties/at_risk/notify")
    yield from _of_steps(duties.get("overdue", {}), "/spec/duties/overdue")


def _of_variant(raw: Raw, at: str) -> Iterator[tuple[str, str]]:
    if "lead" in raw:
        yield raw["lead"], f"{at}/lead"
    yield from _listed(raw.get("notify", []), f"{at}/notify")
    yield from _of_steps(raw, at)


def _of_steps(raw: Raw, at: str) -> Iterator[tuple[str, str]]:
    for index, step in enumerate(raw.get("steps", [])):
        yield from _listed(step.get("notify", []), f"{at}/steps/{index}/notify")


def _listed(names: list[str], at: str) -> Iterator[tuple[str, str]]:
    for place, name in enumerate(names):
        yield name, f"{at}/{place}"
