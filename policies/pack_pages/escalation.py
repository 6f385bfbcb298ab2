"""The page of an escalation matrix: who is told when, who is on call, who watches duties (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from policies import wording
from policies.documents import Document
from policies.documents.escalation_matrix.levels import VARIED
from policies.pack_pages import markdown
from policies.pack_pages.markdown import Raw

Titles = Mapping[str, str]


def matrix(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    titles = {raw["id"]: raw["title"] for raw in spec["roles"]}
    yield from markdown.table(
        ("Level", "Leads", "Told at once", "Acknowledge within", "Otherwise", "Again", "Quiet"),
        [_level(level, raw, titles) for level, raw in spec["levels"].items()],
    )
    yield from _outside(spec, titles)
    yield from _duties(spec.get("duties", {}), titles)
    yield from _on_call(spec, titles)


def _level(level: str, raw: Raw, titles: Titles) -> Sequence[object]:
    return (
        level,
        titles.get(raw["lead"], raw["lead"]),
        _named(raw.get("notify", []), titles),
        wording.duration(raw.get("acknowledge_within", "")),
        _steps(raw.get("steps", []), titles),
        _repeated(raw["repeat"]) if "repeat" in raw else "",
        _quiet(raw["quiet"], titles) if "quiet" in raw else "",
    )


def _outside(spec: Raw, titles: Titles) -> Iterator[str]:
    hours = spec.get("working_hours")
    if hours is None:
        return
    yield from markdown.paragraph(
        f"Outside working hours ({hours['from']} to {hours['to']} on working days of the calendar "
        f"{hours['calendar']}):"
    )
    rows = []
    for level, raw in spec["levels"].items():
        if "outside_hours" in raw:
            within = {key: raw[key] for key in VARIED if key in raw}
            rows.append(_level(level, {**within, **raw["outside_hours"]}, titles))
    headers = ("Level", "Leads", "Told at once", "Acknowledge within", "Otherwise", "", "")
    yield from markdown.table(headers, rows)


def _duties(raw: Raw, titles: Titles) -> Iterator[str]:
    if "at_risk" in raw:
        told = _named(raw["at_risk"]["notify"], titles)
        yield from markdown.paragraph(f"A duty at risk is told to its owner and: {told}.")
    if "overdue" in raw:
        overdue = raw["overdue"]
        every = wording.duration(overdue.get("repeat", {}).get("every", "P1D"))
        steps = "; ".join(
            f"{_after(step['after'])}: {_named(step['notify'], titles)}"
            for step in overdue["steps"]
        )
        yield from markdown.paragraph(
            f"An overdue duty is told to its owner and, from the legal end on, {steps}; then again "
            f"every {every.removeprefix('1 ')} until nothing is owed."
        )


def _on_call(spec: Raw, titles: Titles) -> Iterator[str]:
    turns = {raw["id"]: (", ".join(raw["members"]), _turns(raw)) for raw in spec.get("rotas", [])}
    feeds = {raw["id"]: raw["url"] for raw in spec.get("feeds", [])}
    rows = []
    for raw in spec["roles"]:
        named = raw.get("on_call", {})
        if "rota" in named:
            rows.append((titles[raw["id"]], f"rota {named['rota']}", *turns[named["rota"]]))
        elif "feed" in named:
            rows.append((titles[raw["id"]], f"feed {named['feed']}", feeds[named["feed"]], ""))
    yield from markdown.table(("Role", "On call by", "Who", "Turns"), rows)


def _turns(raw: Raw) -> str:
    zone = f"from {raw['start'].replace('T', ' ')} {raw['zone']}"
    if "turn" in raw:
        return f"{wording.duration(raw['turn'])} each, {zone}"
    weekly = raw["handover"]
    return f"handed over every {weekly['weekday'].capitalize()} at {weekly['at']}, {zone}"


def _steps(steps: Sequence[Raw], titles: Titles) -> list[str]:
    return [
        f"{_after(step['after'])}: "
        + ("everyone" if step.get("everyone") else _named(step.get("notify", []), titles))
        for step in steps
    ]


def _after(text: str) -> str:
    return "at once" if text == "PT0S" else f"after {wording.duration(text)}"


def _repeated(raw: Raw) -> str:
    if "times" not in raw:
        return f"every {wording.duration(raw['every'])}"
    times = "time" if raw["times"] == 1 else "times"
    return f"every {wording.duration(raw['every'])}, {raw['times']} {times}"


def _quiet(raw: Raw, titles: Titles) -> str:
    hours = f"{raw['hours']['from']} to {raw['hours']['to']}"
    listed = [day.capitalize() for day in raw.get("days", [])]
    days = f", all of {wording.listed(listed, 'and')}"
    off = f", days off of the calendar {raw.get('calendar', '')}"
    return (
        hours
        + (f" {raw['zone']}" if "zone" in raw else off)
        + (days if "days" in raw else "")
        + (f" (for {_named(raw['roles'], titles)})" if "roles" in raw else "")
    )


def _named(roles: Sequence[str], titles: Titles) -> str:
    return ", ".join(titles.get(role, role) for role in roles)
