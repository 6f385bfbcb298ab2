"""Where recipes are tried: a directory with `bylaw.py`, and the real service."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.tool import Tool
from tests.live.stack import Stack, wait_for
from tests.recipes import pages
from tests.recipes.pages import Recipe

_KEY = """
from tests import factory
print(factory.key(owner=factory.person("chef", "administrator", "compliance-officer")))
"""


@dataclass(frozen=True)
class Kitchen:
    stack: Stack
    tool: Tool
    directory: Path
    key: str

    def run(self, recipe: Recipe, **more: str) -> str:
        """What the recipe prints. Fails where it does."""
        done = subprocess.run(
            _command(recipe),
            cwd=self.directory,
            env=self._environment(more),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{recipe.name}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, recipe: Recipe, **more: str) -> Iterator[Path]:
        """One that goes on until it is ended; what it has printed is in the file."""
        said = self.directory / "said"
        with said.open("w") as file:
            process = subprocess.Popen(
                _command(recipe), cwd=self.directory, env=self._environment(more), stdout=file
            )
        try:
            yield said
        finally:
            process.kill()
            process.wait(30)

    def incident(self, **facts: Any) -> str:
        """The reference of one that has just been reported."""
        body = {
            "incident": {"title": "It went wrong", "narrative": "The answer was false."},
            "system": "support-assistant",
            **facts,
        }
        reference: str = self.tool.report(body)["reference"]
        return reference

    def titles(self) -> list[str]:
        return [title for (title,) in self.stack.rows("SELECT title FROM incidents_incident")]

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "BYLAW_URL": self.stack.url,
            "BYLAW_API_KEY": self.key,
            **more,
        }


def key(stack: Stack) -> str:
    """A person's, for everything."""
    made = stack.manage("shell", "--verbosity", "0", "--command", _KEY)
    return str(made.stdout.split()[-1])


def said(file: Path, words: str) -> bool:
    return bool(wait_for(lambda: words in file.read_text(), within=60))


def _command(recipe: Recipe) -> list[str]:
    if recipe.language == "python":
        return [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.')\n{recipe.code}"]
    # The service needs neither; `.ci/run` installs both and lets no test be skipped.
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"This recipe is for a shell with {program}, which this machine has not.")
    return ["bash", "-euo", "pipefail", "-c", recipe.code]


def with_client(directory: Path) -> Path:
    (directory / "bylaw.py").write_text(pages.one(pages.CLIENT, "python").code)
    return directory
