"""The documentation within the console."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from django.contrib import admin
from django.http import Http404
from django.test import Client
from django.urls import reverse

from governance import env
from governance.console import manual
from tests.incidents.admin.desk import desk, text

pytestmark = pytest.mark.django_db

_LINK: Final = re.compile(r'href="(/manual/([^"#]+)/)?(?:#([^"]+))?"')
_NAMED: Final = re.compile(r"""admin:manual_page["'] ["']([^"']+)["'] as (\w+) %\}""")


def ids(name: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', manual.page(name).body))


def wanted_by_templates() -> Iterator[tuple[str, str]]:
    """Page and heading, empty where none, of every help that leads into the manual."""
    for app in ("governance", "policies", "incidents"):
        for file in (env.CHECKOUT / app / "templates").rglob("*.html"):
            source = file.read_text()
            for name, variable in _NAMED.findall(source):
                used = re.findall(rf"{{{{ {variable} }}}}(?:#([\w-]+))?", source)
                assert used, (file, name)
                yield from ((name, heading) for heading in used)


def wanted_by_lists() -> Iterator[tuple[str, str]]:
    for found in admin.site._registry.values():
        name, _, heading = str(getattr(found, "manual", "")).partition("#")
        if name:
            yield name, heading


def test_the_contents_lead_to_every_page() -> None:
    shown = text(desk("responder").client.get(reverse("admin:manual")))
    assert [name for name in manual.names() if manual.address(name) not in shown] == []


@pytest.mark.parametrize("name", manual.names())
def test_a_page_leads_to_pages_and_headings_that_there_are(name: str) -> None:
    for _, target, heading in _LINK.findall(manual.page(name).body):
        there = target or name
        assert there in manual.names()
        assert not heading or heading in ids(there), (target, heading)


def test_containers_have_it_too() -> None:
    assert "docs" not in (env.CHECKOUT / ".dockerignore").read_text().split()


def test_nothing_leads_to_a_file() -> None:
    bodies = (manual.page(name).body for name in manual.names())
    assert not any(re.search(r'href="[^":]*\.md', body) for body in bodies)


def test_help_leads_to_what_there_is() -> None:
    found = [*wanted_by_templates(), *wanted_by_lists()]
    assert len(found) > 20
    for name, heading in found:
        assert name in manual.names()
        assert not heading or heading in ids(name), (name, heading)


def test_two_headings_of_one_name_are_told_apart() -> None:
    for name in manual.names():
        found = re.findall(r'id="([^"]+)"', manual.page(name).body)
        assert len(found) == len(set(found)), name


@pytest.mark.parametrize("name", ["../README", "..", "packs", "nothing", "images/home.png"])
def test_nothing_else_of_the_machine_is_shown(name: str) -> None:
    with pytest.raises(Http404):
        manual.page(name)


def test_it_is_for_whoever_has_signed_in() -> None:
    address = manual.address("officer")
    assert Client().get(address).status_code == 302
    assert "For compliance officers" in text(desk("reporter").client.get(address))
