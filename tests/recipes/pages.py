"""The blocks of docs/recipes.md, as a reader finds them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"
_JOB: Final = re.compile(r"^## (?P<job>.+?)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK: Final = re.compile(
    r"^```(?P<language>sh|python)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
CLIENT: Final = "A client to start from"


@dataclass(frozen=True)
class Recipe:
    job: str
    language: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.job}, {self.language}"


def recipes() -> list[Recipe]:
    return [
        Recipe(job["job"], block["language"], block["code"])
        for job in _JOB.finditer(PAGE.read_text())
        for block in _BLOCK.finditer(job["body"])
    ]


def one(job: str, language: str) -> Recipe:
    (found,) = (each for each in recipes() if (each.job, each.language) == (job, language))
    return found
