"""Checking a report against a release: its schema, its system, its moments (pure).

Everything that is wrong is found in one go, each with a JSON pointer into what was sent.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from policies.problems import nearest
from policies.release import Release

#: How far ahead of ours a sender's clock may be.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
UNKNOWN: Final = "unknown"
LARGEST_NUMBER: Final = 2**53 - 1
MOST_FINDINGS: Final = 200
_LEAP_SECOND: Final = re.compile(r"[0-9]:[0-9]{2}:60")


@dataclass(frozen=True)
class Finding:
    """One error of a report. `nearest` is the closest valid term or name, empty if none is near."""

    code: str
    pointer: str
    detail: str
    nearest: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def known_facts(value: Any) -> Any:
    """The report without what it says it does not know: null and the word `unknown` at a key are
    the same as the key's absence, so that every reader sees one form of not knowing."""
    if isinstance(value, Mapping):
        return {
            key: known_facts(item)
            for key, item in value.items()
            if item is not None and item != UNKNOWN
        }
    if isinstance(value, list):
        return [known_facts(item) for item in value]
    return value


def check(report: Any, release: Release, *, at: datetime) -> tuple[Finding, ...]:
    """Everything that keeps `report` (as `known_facts` gives it) from being accepted, or the first
    of it with a last one that says so; empty if nothing does."""
    if not isinstance(report, Mapping):
        return (Finding("wrong-type", "", "A report is a JSON object."),)
    validator = release.report_validator
    schema = release.report_schema
    against = () if validator.is_valid(report) else _schema_findings(validator, report, schema)
    found = list(islice(against, MOST_FINDINGS + 1))
    found += _system(report, release)
    found += _moments(report, at, {each.pointer for each in found})
    found += _signal(report, at)
    found += islice(_numbers(report, ""), MOST_FINDINGS + 1)
    if len(found) > MOST_FINDINGS:
        more = Finding("and-more", "", "There is more that is wrong; these come first.")
        found = [*found[:MOST_FINDINGS], more]
    return tuple(found)


def code_of(findings: Iterable[Finding]) -> str:
    """One word for the whole rejection: a system that is not registered is a case of its own,
    because the cure lies with us and not with the sender."""
    codes = {finding.code for finding in findings}
    return codes.pop() if codes == {"unknown-system"} else "invalid-report"


def _schema_findings(
    validator: Any, report: Mapping[str, Any], schema: Mapping[str, Any]
) -> Iterator[Finding]:
    for error in validator.iter_errors(report):
        pointer = _pointer(error.instance_path)
        kind = error.kind
        match kind.name:
            case "additionalProperties":
                known = _properties(schema, error.schema_path)
                for name in kind.unexpected:
                    yield _unknown(name, known, f"{pointer}/{_escape(name)}")
            case "required":
                yield Finding("missing", f"{pointer}/{_escape(kind.property)}", "This is required.")
            case "enum":
                yield _not_a_term(error.instance, kind.options, pointer)
            case "type":
                wanted = " or ".join(kind.types)
                yield Finding("wrong-type", pointer, f"This must be of type {wanted}.")
            case "format":
                yield Finding(
                    "wrong-format", pointer, _FORMATS.get(kind.format, f"This is no {kind.format}.")
                )
            case name:
                yield Finding(_CODES.get(name, "invalid"), pointer, error.message[:300])


_FORMATS: Final[Mapping[str, str]] = {
    "date-time": "This is no RFC 3339 instant with offset, such as 2026-11-22T09:30:00Z.",
    "date": "This is no date, such as 2026-11-22.",
    "uri": "This is no absolute URI, such as https://example.org/alert/17.",
}
_CODES: Final[Mapping[str, str]] = {
    "minLength": "too-short",
    "maxLength": "too-long",
    "minimum": "too-small",
    "maximum": "too-large",
    "minItems": "too-few",
    "maxItems": "too-many",
    "uniqueItems": "not-unique",
    "pattern": "wrong-form",
}


def _system(report: Mapping[str, Any], release: Release) -> Iterator[Finding]:
    name = report.get("system")
    systems = release.register.systems
    if isinstance(name, str) and name not in systems:
        close = nearest(name, systems) or ""
        hint = f" Did you mean {close!r}?" if close else ""
        yield Finding(
            "unknown-system",
            "/system",
            f"The system register has no system {name[:80]!r}.{hint} Register it first.",
            close,
        )


def _moments(report: Mapping[str, Any], at: datetime, known: Collection[str]) -> Iterator[Finding]:
    """`known` are the pointers of which the schema has already said what is wrong."""
    moments = report.get("moments")
    for name, text in moments.items() if isinstance(moments, Mapping) else ():
        pointer = f"/moments/{_escape(name)}"
        instant = instant_of(text)
        if instant is None and pointer not in known:
            yield Finding("wrong-format", pointer, _FORMATS["date-time"])
        elif instant is not None and instant > at + CLOCK_TOLERANCE:
            yield Finding("in-the-future", pointer, "This has not happened yet.")


def _signal(report: Mapping[str, Any], at: datetime) -> Iterator[Finding]:
    signal = report.get("signal")
    instant = instant_of(signal.get("observed_at")) if isinstance(signal, Mapping) else None
    if instant is not None and instant > at + CLOCK_TOLERANCE:
        yield Finding("in-the-future", "/signal/observed_at", "This has not happened yet.")


def _numbers(value: Any, pointer: str) -> Iterator[Finding]:
    """Numbers that not every reader of JSON reads alike (RFC 7493, 2.2) have no canonical form."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _numbers(item, f"{pointer}/{_escape(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _numbers(item, f"{pointer}/{index}")
    elif isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
        yield Finding(
            "too-large", pointer, f"A number lies between -{LARGEST_NUMBER} and {LARGEST_NUMBER}."
        )


def instant_of(text: object) -> datetime | None:
    """An RFC 3339 text as an instant in UTC; None when it is none. A leap second (5.7) is read as
    the first instant after it, for clocks here do not have it."""
    if not isinstance(text, str):
        return None
    leap = _LEAP_SECOND.search(text)
    try:
        found = datetime.fromisoformat((text.replace(":60", ":59", 1) if leap else text).upper())
        if found.tzinfo is None:
            return None
        whole = found.replace(microsecond=0) + timedelta(seconds=1) if leap else found
        return whole.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unknown(name: str, known: Iterable[str], pointer: str) -> Finding:
    close = nearest(name, known) or ""
    hint = f" Did you mean {close!r}?" if close else ""
    return Finding("unknown-field", pointer, f"There is no field {name[:80]!r} here.{hint}", close)


def _not_a_term(value: Any, known: Iterable[str], pointer: str) -> Finding:
    names = [str(name) for name in known]
    close = nearest(str(value), names) or ""
    hint = f"Did you mean {close!r}?" if close else f"Known: {', '.join(names[:12])}."
    return Finding("unknown-term", pointer, f"{str(value)[:80]!r} is not known here. {hint}", close)


def _properties(schema: Any, schema_path: Iterable[object]) -> list[str]:
    """The names known where `additionalProperties` at the end of `schema_path` refused one."""
    root = schema
    *parents, _ = schema_path
    for part in parents:
        if part == "$ref":
            schema = _target(root, schema[part])
        elif isinstance(schema, list):
            schema = schema[int(str(part))]
        elif isinstance(schema, Mapping):
            schema = schema[part]
    return list(schema.get("properties", {})) if isinstance(schema, Mapping) else []


def _target(root: Any, reference: str) -> Any:
    """What a reference within the schema, such as `#/$defs/impact`, leads to."""
    for part in reference.removeprefix("#").split("/")[1:]:
        root = root.get(unquote(part).replace("~1", "/").replace("~0", "~"), {})
    return root


def _pointer(path: Iterable[object]) -> str:
    return "".join(f"/{_escape(part)}" for part in path)


def _escape(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
