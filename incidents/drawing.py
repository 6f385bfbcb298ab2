"""The first text of a notice: which template words it, and what the facts make of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from incidents import contents, duties, notices, papers
from incidents import facts as known_facts
from incidents.models import Clock, Decision, Incident
from policies import notice_texts, releases
from policies.documents import Document
from policies.documents.notice_template import NOT_KNOWN, NoticeTemplate, placeholders
from policies.documents.obligation_policy import Stage
from policies.release import Release

TO_WRITE: Final = "[To be written.]"
_DRILL: Final = "DRILL: "


@dataclass(frozen=True)
class Drawn:
    """`template` is None where the release has none for it."""

    paper: papers.Paper
    template: Document | None

    @property
    def columns(self) -> dict[str, str]:
        """What the row of the notice keeps of the template."""
        if self.template is None:
            return {
                "template": "",
                "template_digest": "",
                "approval_role": "",
                "language": "en",
            }
        spec: NoticeTemplate = self.template.spec
        return {
            "template": self.template.identity,
            "template_digest": self.template.digest,
            "approval_role": spec.approval,
            "language": spec.language,
        }


def draw(clock: Clock, decision: Decision) -> Drawn:
    """The text that the template of the clock's stage, or a plain list of what is required, makes
    of the facts of `decision`. Required facts that the template does not show stand at its end."""
    release = releases.pinned(decision.release_id)
    facts = known_facts.told(clock.incident.report, decision, release)
    template = _template(clock, release)
    required = contents.required(clock, release)
    if template is None:
        subject = f"{clock.duty.title}: {clock.incident.reference}"
        body = "\n".join(_plain(clock, required, facts))
    else:
        spec: NoticeTemplate = template.spec
        found = notice_texts.render(spec, facts, _context(clock, release))
        shown = {each.path for each in placeholders(spec)}
        left = [each for each in required if each.is_fact and each.name not in shown]
        subject = found.subject
        body = "\n".join([found.body.rstrip(), *_further(left, facts, spec.when_missing)])
    return Drawn(_marked(clock.incident, subject, body), template)


def demanded(clock: Clock, release: Release) -> str:
    """The role whose approval is wanted for what this stage sends; empty: none. The template that
    the stage names demands it, or the notice that somebody has begun; a template that is only the
    usual one demands nothing by itself."""
    begun = notices.live(clock)
    if begun is not None and begun.approval_role:
        return begun.approval_role
    stage = _stage(clock, release)
    if stage is None or stage.template is None:
        return ""
    found = _template(clock, release)
    return found.spec.approval if found is not None else ""


def _template(clock: Clock, release: Release) -> Document | None:
    stage = _stage(clock, release)
    known = release.of_kind("NoticeTemplate")
    if stage is not None and stage.template is not None:
        return next((each for each in known if each.metadata.name == stage.template), None)
    usual = (each for each in known if each.spec.purpose == "regulator_report")
    return next(usual, None)


def _stage(clock: Clock, release: Release) -> Stage | None:
    try:
        stages, _ = duties.stages(clock.duty, release)
    except LookupError:
        return None
    return next((each for each in stages if each.id == clock.stage), None)


def _context(clock: Clock, release: Release) -> Mapping[str, Any]:
    """What a template may show besides facts; see `notice_template.CONTEXT`."""
    incident, duty = clock.incident, clock.duty
    titles = {level.id: level.title for level in release.severity.levels}
    return {
        "duty": {"title": duty.title, "citation": clock.citation, "recipient": clock.recipient},
        "clock": {"legal_due": clock.legal_due, "conservative_due": clock.conservative_due},
        "reference": incident.reference,
        "severity": {
            "level": incident.severity,
            "title": titles.get(incident.severity, incident.severity),
        },
        "policy": {"identity": duty.policy},
    }


def _plain(clock: Clock, required: list[contents.Required], facts: Any) -> Iterator[str]:
    yield f"To: {clock.recipient}"
    yield f"Under: {clock.citation}"
    yield f"Our reference: {clock.incident.reference}"
    for each in required:
        yield ""
        if each.is_fact:
            yield f"{each.title}: {notice_texts.said(facts, each.name) or NOT_KNOWN}"
        else:
            yield from (each.title, TO_WRITE)


def _further(left: list[contents.Required], facts: Any, when_missing: str) -> Iterator[str]:
    if left:
        yield from ("", "Further required facts")
    for each in left:
        yield f"{each.title}: {notice_texts.said(facts, each.name) or when_missing}"


def _marked(incident: Incident, subject: str, body: str) -> papers.Paper:
    if incident.drill:
        subject, body = f"{_DRILL}{subject}", f"This is a drill.\n\n{body}"
    if len(subject) > papers.LONGEST_SUBJECT:
        subject = f"{subject[: papers.LONGEST_SUBJECT - 1]}…"
    body = body[: papers.LONGEST_BODY]
    return papers.paper(subject, body)
