"""Policies over REST."""

from typing import Any

import pytest

from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, INSTALLED, MINUTE, iso

pytestmark = pytest.mark.django_db


def get(path: str, **query: str) -> Any:
    return factory.get(factory.client("policies:read"), path, **query)


def test_versions_are_listed_without_their_texts() -> None:
    factory.install()
    listed = get("policies").json()["results"]
    assert len(listed) == len(factory.house())
    assert "text" not in listed[0]


def test_versions_are_filtered() -> None:
    factory.install()
    (found,) = get("policies", kind="SeverityPolicy").json()["results"]
    assert found["identity"] == "SeverityPolicy/severity@1.0.0"


def test_one_version_has_its_text_byte_for_byte() -> None:
    factory.install()
    version = PolicyVersion.objects.get(kind="SeverityPolicy")
    found = get(f"policies/{version.id}").json()
    assert (found["text"], found["digest"]) == (factory.text("severity"), version.digest)


def test_the_release_in_force_is_named() -> None:
    factory.install()
    found = get("release").json()
    assert found["digest"] == factory.release().digest
    assert len(found["members"]) == len(factory.house())


def test_the_release_of_a_past_day_is_found() -> None:
    factory.install()
    factory.install(at=AT, breach=factory.text("breach", ("1.0.0", "1.1.0")))
    before = get("release", at=iso(AT - MINUTE)).json()["digest"]
    assert before == factory.release().digest
    assert get("release", at=iso(AT)).json()["digest"] != before


def test_before_the_first_policy_the_release_is_empty() -> None:
    factory.install()
    assert get("release", at=iso(INSTALLED - MINUTE)).json()["members"] == []


@pytest.mark.parametrize(
    "at", ["yesterday", "9999-12-31T23:59:59-10:00", "2026-11-22", "2026-11-22T09:00:00", ""]
)
def test_an_instant_without_offset_is_refused(at: str) -> None:
    answer = get("release", at=at)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["release", "policies/export"])
def test_an_offset_that_the_database_does_not_take_is_none_of_the_caller_s_concern(
    path: str,
) -> None:
    factory.install()
    assert get(path, at="2026-11-24T08:00:00+23:59").status_code == 200
