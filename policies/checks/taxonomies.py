"""Taxonomies side by side: one report, and each fact and moment with one meaning."""

from collections.abc import Iterator

from policies import report_schema
from policies.checks.subject import Draft, Subject, unusable
from policies.documents import ONE_OF_EACH, Document
from policies.documents.meaning import twice
from policies.documents.system_register import PROPERTIES
from policies.problems import Problem, below


def check(draft: Draft, subject: Subject) -> Iterator[Problem]:
    if draft.kind != "Taxonomy":
        return
    names = [moment["id"].text for moment in draft.spec["moments"].rows()]
    for said in twice("moment", names, "/spec/moments/{}/id"):
        yield draft.problem(said.code, said.message, said.pointer, "Leave one of them out.")
    yield from _reports(draft, subject)
    yield from _moments(draft, subject)
    if draft.document is None:
        return
    for part in ("system", "organisation"):
        yield from _added(draft, draft.document, subject, part)
    if subject.vocabulary is not None:
        for problem in subject.report.problems:
            if problem.path == draft.document.identity:
                yield draft.problem(problem.code, problem.message, problem.pointer, problem.hint)
        yield from _report(draft, draft.document, subject)


def _reports(draft: Draft, subject: Subject) -> Iterator[Problem]:
    """The first taxonomy that gives a report is the base; a second one says the same again."""
    ordered = _ordered(subject)
    giving = [each for each in ordered if each.spec["report"]]
    release = all(subject.of_kind(kind) for kind in ONE_OF_EACH)
    if release and not giving and draft is ordered[0] and subject.legible("Taxonomy"):
        message = "No taxonomy gives the schema of a report."
        yield draft.problem("one-report-schema", message, "/spec", "Add spec.report to one.")
    if draft in giving[1:]:
        message = f"{giving[0].name!r} gives the report schema already."
        hint = "Declare what this one adds under adds.report."
        yield draft.problem("one-report-schema", message, "/spec/report", hint)


def _moments(draft: Draft, subject: Subject) -> Iterator[Problem]:
    earlier: dict[str, tuple[str, str]] = {}
    for other in reversed(_before(draft, subject)):
        earlier |= {
            each["id"].text: (each["title"].text, other.name)
            for each in other.spec["moments"].rows()
        }
    for moment in draft.spec["moments"].rows():
        name, title = moment["id"].text, moment["title"]
        meant, where = earlier.get(name, (title.text, ""))
        if meant != title.text:
            message = f"The moment {name!r} means {meant!r} in {where!r}."
            hint = "Give both the same title, or this one another name."
            yield draft.problem("moment-defined-twice", message, title.pointer, hint)


def _added(draft: Draft, document: Document, subject: Subject, part: str) -> Iterator[Problem]:
    for name, schema in getattr(document.spec.adds, part).items():
        pointer = below(f"/spec/adds/{part}", name)
        if reason := unusable(schema):
            message = f"The schema of {part}.{name} cannot be used: {reason}"[:300]
            yield draft.problem("fact-schema-unusable", message, pointer)
        earlier = [
            getattr(other.document.spec.adds, part).get(name)
            for other in _before(draft, subject)
            if other.document is not None
        ]
        if part == "system":
            earlier.append(PROPERTIES.get(name))
        if any(each is not None and not report_schema.same(each, schema) for each in earlier):
            message = f"The fact {part}.{name} is defined differently elsewhere."
            hint = "Give both the same JSON Schema, or this one another name."
            yield draft.problem("fact-defined-twice", message, pointer, hint)


def _report(draft: Draft, document: Document, subject: Subject) -> Iterator[Problem]:
    """The schema of all together, said of the taxonomy whose part makes it unusable."""
    base = report_schema.base(subject.documents)
    if base is None:
        return
    ground = subject.base_unusable
    if document is not base:
        together = unusable(report_schema.merged([base, document]).schema)
        if together and not ground:
            message = f"The report schema cannot be used with these facts: {together}"[:300]
            yield draft.problem("report-schema-unusable", message, "/spec/adds/report")
    elif ground:
        message = f"The report schema cannot be used: {ground}"[:300]
        yield draft.problem("report-schema-unusable", message, "/spec/report")
    elif not report_schema.has_title(base.spec.report):
        message = "The report schema must require incident.title and system."
        yield draft.problem("report-without-title", message, "/spec/report")


def _ordered(subject: Subject) -> list[Draft]:
    return sorted(subject.of_kind("Taxonomy"), key=lambda draft: f"{draft.name}@")


def _before(draft: Draft, subject: Subject) -> list[Draft]:
    """The taxonomies before this one, in the order in which they are put together."""
    ordered = _ordered(subject)
    return ordered[: ordered.index(draft)] if draft in ordered else []
