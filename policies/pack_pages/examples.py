"""The pages of calendars and of tests (pure)."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from policies import wording
from policies.documents import Document
from policies.pack_pages import markdown
from policies.pack_pages.markdown import Raw


def calendar(document: Document) -> Iterator[str]:
    """Zone and source, and the days of each year in one line."""
    spec: Raw = document.data["spec"]
    source: Raw = spec["source"]
    covers = spec["covers"]
    yield from markdown.properties(
        [
            ("Zone", spec["zone"]),
            ("Weekend", ", ".join(spec["weekend"])),
            ("Covers", f"{covers['from']} to {covers['until']}"),
            ("Source", ", ".join(_source(source))),
            ("Verification", source.get("verification")),
            ("Note", source.get("note")),
        ]
    )
    years = groupby(spec["holidays"], key=lambda raw: raw["date"][:4])
    yield from markdown.table(
        ("Year", "Holidays"), [(year, "; ".join(map(_holiday, raws))) for year, raws in years]
    )


def test(document: Document) -> Iterator[str]:
    """What each example gives and what the policies must make of it."""
    spec: Raw = document.data["spec"]
    yield from markdown.paragraph(f"Covers {', '.join(f'`{each}`' for each in spec['policies'])}.")
    yield from markdown.table(
        ("Example", "Expected"),
        [(raw["name"], list(_expected(raw["expect"]))) for raw in spec["examples"]],
    )


def _source(source: Raw) -> Iterator[str]:
    for key in ("package", "package_version", "country", "subdivision", "market", "citation"):
        if value := source.get(key):
            yield f"{wording.words(key)} {value}"
    if made := source.get("generated_on"):
        yield f"made on {made}"


def _holiday(raw: Raw) -> str:
    day = date.fromisoformat(raw["date"])
    return f"{day.day} {day:%b} {raw['title']}"


def _expected(expect: Raw) -> Iterator[str]:
    if "severity" in expect:
        yield f"severity {expect['severity']}"
    for name, duty in expect.get("duties", {}).items():
        raw: Raw = duty if isinstance(duty, dict) else {"outcome": duty}
        notes = ", ".join(_notes(raw))
        yield f"`{name}`: {wording.words(raw['outcome'])}{f' ({notes})' if notes else ''}"


def _notes(duty: Raw) -> Iterator[str]:
    if duty.get("shadow"):
        yield "in shadow"
    if missing := duty.get("missing"):
        yield f"asks for {', '.join(wording.fact(path) for path in missing)}"
    for name, stage in duty.get("stages", {}).items():
        yield f"{wording.words(name)} {_stage(stage)}"


def _stage(stage: dict[str, Any]) -> str:
    if "waits_for" in stage:
        return f"waits for {', '.join(map(wording.words, stage['waits_for']))}"
    if "promptly" in stage:
        return "promptly"
    if "owed" in stage:
        return "not owed"
    due = stage.get("legal") or stage.get("conservative") or stage.get("target")
    return f"by {due}"
