"""The pages of what a house does about an incident: levels, escalation, steps, reviews (pure)."""

from collections.abc import Iterator

from policies import wording
from policies.documents import Document
from policies.pack_pages import markdown
from policies.pack_pages.markdown import Raw


def severity(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    titles = {raw["id"]: raw["title"] for raw in spec["levels"]}
    yield from markdown.table(
        ("Level", "Because", "When", "Rule"),
        [
            (
                f"{raw['level']} {titles.get(raw['level'], '')}",
                raw["because"],
                wording.sentence(raw["when"]),
                f"`{raw['id']}`",
            )
            for raw in spec["rules"]
        ],
    )
    undetermined = {
        "raise": "A rule that cannot be decided yet raises the level, marked provisional.",
        "ignore": "A rule that cannot be decided yet does not raise the level.",
    }
    yield from markdown.paragraph(
        f"The highest level with a true rule counts; without one it is {spec['default']}. "
        + undetermined[spec["when_undetermined"]]
    )


def playbook(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    if "applies_when" in spec:
        yield "Used when:"
        yield ""
        yield from markdown.condition(spec["applies_when"])
    if "levels" in spec:
        yield from markdown.paragraph(f"Levels: {', '.join(spec['levels'])}.")
    yield from markdown.table(
        ("#", "Step", "Phase", "Role", "Within", "What to do", "NIST AI RMF"),
        [
            (
                number,
                f"**{raw['title']}**",
                wording.words(raw["phase"]),
                raw["role"],
                wording.duration(raw.get("within", "")),
                raw.get("instructions"),
                ", ".join(raw.get("rmf", [])),
            )
            for number, raw in enumerate(spec["steps"], start=1)
        ],
    )


def review(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    yield from markdown.table(
        ("Level", "Within", "Of", "Facilitator", "Participants"),
        [
            (
                level,
                wording.duration(raw["within"]),
                wording.fact(f"moments.{raw.get('from', 'resolved')}"),
                raw["facilitator"],
                ", ".join(raw.get("participants", [])),
            )
            for level, raw in spec["levels"].items()
        ],
    )
    yield from markdown.table(
        ("Section", "Asks", "Levels", "Required", "NIST AI RMF"),
        [
            (
                f"**{raw['title']}**",
                raw["prompt"],
                ", ".join(raw.get("levels", ["all"])),
                "yes" if raw.get("required", True) else "no",
                ", ".join(raw.get("rmf", [])),
            )
            for raw in spec["sections"]
        ],
    )


def notice(document: Document) -> Iterator[str]:
    spec: Raw = document.data["spec"]
    yield from markdown.properties(
        [
            ("Purpose", wording.words(spec["purpose"])),
            ("Language", spec["language"]),
            ("Subject", f"`{spec['subject']}`"),
            ("Approval", _approval(spec)),
        ]
    )
    yield "```text"
    yield from spec["body"].rstrip("\n").split("\n")
    yield "```"
    yield ""


def _approval(spec: Raw) -> str:
    if "approval" not in spec:
        return "not needed"
    return f"by another person, who holds the role {spec['approval']['role']}"
