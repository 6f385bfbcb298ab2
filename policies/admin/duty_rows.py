"""Every duty of every regime as the rows of one table (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.translated import Text
from policies import wording
from policies.documents import Document
from policies.pack_pages import regime

#: How well something was checked against its source, the best first.
VERIFICATIONS: Final[Mapping[str, Text]] = {
    "verified": _("read at the source"),
    "secondary": _("read in secondary sources"),
    "unverified": _("not checked"),
}
CLOCKED, UNCLOCKED, NONE = "clock", "no clock", "no duty"
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Clock:
    """When it starts, how long it runs and how that is counted, in words."""

    start: str
    period: str
    counting: str


@dataclass(frozen=True)
class Row:
    """One stage of a duty, a duty without a clock, or a regime without a duty, as `sort` says.
    `policy` is the name of its policy; `says` is why no clock is opened."""

    document: Document
    sort: str
    duty: str
    stage: str = ""
    citation: str = ""
    recipient: str = ""
    owner: str = ""
    clocks: Sequence[Clock] = ()
    verification: str = ""
    says: str = ""

    @property
    def spec(self) -> Raw:
        found: Raw = self.document.data["spec"]
        return found

    @property
    def policy(self) -> str:
        return self.document.metadata.name

    @property
    def jurisdiction(self) -> str:
        return str(self.spec["regime"]["jurisdiction"])

    @property
    def status(self) -> str:
        return str(self.spec["source"]["status"])

    @property
    def verified_on(self) -> str:
        return str(self.spec["source"]["verified_on"])

    @property
    def words(self) -> str:
        """All that somebody may search for."""
        regime_ = self.spec["regime"]
        texts = (regime_["title"], self.document.metadata.title, self.policy, self.jurisdiction,
                 self.duty, self.stage, self.citation, self.recipient, self.says)  # fmt: skip
        return "\n".join(texts).casefold()


def of(documents: Iterable[Document], moments: Mapping[str, str]) -> list[Row]:
    """Of obligation policies, by jurisdiction and title; `moments` are titles by id."""
    laws = [each for each in documents if each.kind == "ObligationPolicy"]
    laws.sort(key=lambda each: (each.data["spec"]["regime"]["jurisdiction"], each.metadata.title))
    return [row for each in laws for row in _regime(each, moments)]


def _regime(document: Document, moments: Mapping[str, str]) -> Iterator[Row]:
    spec: Raw = document.data["spec"]
    for duty in spec["duties"]:
        starts = {**moments, **regime.submissions(duty)}
        yield from (_stage(document, duty, stage, starts) for stage in duty["stages"])
    for related in spec.get("related_duties", []):
        yield _related(document, related)
    if not spec["duties"] and not spec.get("related_duties"):
        yield Row(document, NONE, gettext("No duty to report incidents was found"),
                  verification=spec["source"]["verification"])  # fmt: skip


def _stage(document: Document, duty: Raw, stage: Raw, starts: Mapping[str, str]) -> Row:
    spec: Raw = document.data["spec"]
    recipients = [each["title"] for each in stage.get("recipients", [])]
    general = duty.get("recipient", spec["regime"]["authority"])
    checked = duty.get("verification", spec["source"]["verification"])
    return Row(
        document=document,
        sort=CLOCKED,
        duty=duty["title"],
        stage=stage.get("title", wording.words(stage["id"]).capitalize()),
        citation=stage.get("citation", duty.get("citation", spec["source"]["citation"])),
        recipient=", ".join(recipients) or stage.get("recipient", general),
        owner=duty["owner"],
        clocks=[Clock(*map(_plain, each)) for each in regime.clocks(stage, starts)],
        verification=stage.get("verification", checked),
    )


def _related(document: Document, raw: Raw) -> Row:
    spec: Raw = document.data["spec"]
    return Row(
        document=document,
        sort=UNCLOCKED,
        duty=raw["title"],
        citation=raw.get("citation", ""),
        recipient=raw.get("binds", ""),
        clocks=[Clock("", raw["period"], "")] if "period" in raw else [],
        verification=raw.get("verification", spec["source"]["verification"]),
        says=raw["because"],
    )


def _plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace("**", "").replace("`", "")
