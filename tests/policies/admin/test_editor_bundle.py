"""CodeMirror as we ship it: built from what the lock names, with the licences of all in it."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
SOURCE: Final = ROOT / "policies" / "editor_bundle"
SHIPPED: Final = ROOT / "governance" / "static" / "policies"


@pytest.fixture(scope="module")
def packages() -> dict[str, dict[str, Any]]:
    """Those of the lock that come into the bundle, by name."""
    lock = json.loads((SOURCE / "package-lock.json").read_text())
    return {
        path.removeprefix("node_modules/"): each
        for path, each in lock["packages"].items()
        if path and not each.get("dev")
    }


@pytest.fixture(scope="module")
def bundle() -> str:
    return (SHIPPED / "codemirror.js").read_text()


def test_the_bundle_names_the_versions_of_the_lock(
    bundle: str, packages: dict[str, dict[str, Any]]
) -> None:
    named = re.findall(r"(\S+)@(\d[\w.]*)", bundle.partition("*/")[0])
    assert dict(named) == {name: each["version"] for name, each in packages.items()}


def test_the_licence_of_every_package_is_shipped(packages: dict[str, dict[str, Any]]) -> None:
    parts = (SHIPPED / "codemirror.LICENSE.txt").read_text().split("-" * 72)
    shipped = {part.split()[0]: part for part in parts}
    assert set(shipped) == {f"{name}@{each['version']}" for name, each in packages.items()}
    assert all("Permission is hereby granted" in part for part in shipped.values())


def test_the_lock_names_no_address() -> None:
    lock = (SOURCE / "package-lock.json").read_text()
    assert not re.search(r'"resolved"|https?://(?!github|opencollective)', lock)


def test_every_package_of_the_lock_is_known_by_its_digest(
    packages: dict[str, dict[str, Any]],
) -> None:
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())


def test_the_bundle_makes_no_code_of_text(bundle: str) -> None:
    """The policy of the console would stop it."""
    assert not re.search(r"\beval\(|new Function\b", bundle)


def test_every_phrase_of_the_editor_is_in_the_page(bundle: str) -> None:
    short = re.search(r"function (\w+)\(\w,\w\)\{return \w\.state\.phrase\(\w\)\}", bundle)
    assert short is not None
    calls = re.findall(rf"(?:\.phrase|\b{short[1]})\(([^()]*)", bundle)
    said = {text for call in calls for text in re.findall(r'"([^"]+)"', call)}
    page = (ROOT / "policies/templates/policies/editor_phrases.html").read_text()
    assert dict(re.findall(r'data-phrase="(.+?)">\{% translate "(.+?)"[^%]* %\}', page)) == {
        each: each for each in said
    }
    assert len(said) > 25
