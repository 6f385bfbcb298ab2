"""What every answer tells the browser to allow."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.test import Client

from tests.incidents.admin.desk import desk

pytestmark = pytest.mark.django_db


def static(name: str) -> str:
    return Path(str(finders.find(name))).read_text()


def directives(answer: object) -> dict[str, str]:
    whole = answer["Content-Security-Policy"]  # type: ignore[index]
    return {
        name: rest for name, _, rest in (each.strip().partition(" ") for each in whole.split(";"))
    }


@pytest.mark.parametrize(
    "path", ["/", "/login/", "/account/", "/api/v1/me", "/nowhere", "/healthz"]
)
def test_every_answer_has_the_policy(path: str) -> None:
    found = directives(desk("auditor").client.get(path))
    assert found["script-src"] == found["default-src"] == found["style-src"] == "'self'"
    assert found["frame-ancestors"] == found["object-src"] == found["base-uri"] == "'none'"


def test_a_form_goes_to_us_alone_where_there_is_no_provider() -> None:
    assert directives(Client().get("/login/"))["form-action"] == "'self'"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_every_answer_says_so(header: str, value: str) -> None:
    assert Client().get("/login/")[header] == value


def test_pages_get_no_camera_and_may_ask_for_passkeys() -> None:
    found = Client().get("/login/")["Permissions-Policy"]
    assert "camera=()" in found
    assert "publickey-credentials-get=(self)" in found


def test_the_session_is_not_for_scripts() -> None:
    client = desk("auditor").client
    client.get("/account/")
    assert client.cookies["sessionid"]["httponly"]


@pytest.mark.parametrize("path", ["/login/", "/account/", "/incidents/incident/"])
def test_no_page_brings_code_or_styles_along(path: str) -> None:
    page = desk("responder").client.get(path).content.decode()
    if path == "/login/":
        page = Client().get(path).content.decode()
    scripts = re.findall(r"<script\b([^>]*)>", page)
    assert [each for each in scripts if "src=" not in each and "json" not in each] == []
    assert "<style" not in page
    assert not re.search(r"\son(click|change|load|submit)=", page)


def test_the_colours_in_our_file_are_the_themes() -> None:
    ours = dict(re.findall(r"--color-([\w-]+): ([^;]+);", static("console/colors.css")))
    colors = admin.site._get_colors("COLORS", None)  # type: ignore[attr-defined]
    theirs = {
        f"{name}-{weight}": value for name in colors for weight, value in colors[name].items()
    }
    assert ours == theirs


def test_what_reads_expressions_evaluates_no_text() -> None:
    text = static("unfold/js/alpine/alpine.js")
    assert "async function(){}).constructor" not in text.replace(" ", "")
    assert "Undefined variable" in text  # the build that reads expressions itself
