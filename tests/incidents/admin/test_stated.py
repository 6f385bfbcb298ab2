"""The facts of a report in words."""

from typing import Any

import pytest

from governance.api.withheld import WITHHELD
from incidents.admin import stated
from incidents.admin.stated import Stated
from policies import releases, titles
from tests import factory
from tests.factory import AT

pytestmark = pytest.mark.django_db


def shown(**report: Any) -> dict[str, Stated]:
    factory.install()
    release = releases.in_force(AT)
    found = stated.of(report, release, titles.in_force(AT))
    return {each.path: each for each in found}


def test_a_fact_is_called_in_words_and_its_terms_are_words() -> None:
    found = shown(harms=["death", "injury"], impact={"people_affected": 2_600})
    assert found["harms"] == Stated("harms", "Harms", "death and injury")
    assert [each.path for each in found.values() if each.plain] == ["harms"]
    assert found["impact.people_affected"] == Stated(
        "impact.people_affected", "Impact › people affected", "2600"
    )


def test_what_anybody_may_write_stands_as_it_was_written() -> None:
    found = shown(incident={"title": "feature_store_outage", "narrative": "a_b"})
    assert found["incident.title"].said == "feature_store_outage"
    assert found["incident.narrative"].said == "a_b"


def test_a_moment_has_its_title_and_the_readers_time() -> None:
    found = shown(moments={"aware": "2026-03-02T10:00:00+01:00", "occurred": "before noon"})
    assert found["moments.aware"].title == titles.in_force(AT).moment("aware") != "aware"
    assert 'datetime="2026-03-02T09:00:00Z"' in found["moments.aware"].said
    assert found["moments.occurred"].said == "before noon"


def test_what_is_withheld_says_so() -> None:
    assert shown(incident={"narrative": WITHHELD})["incident.narrative"].said == WITHHELD


@pytest.mark.parametrize(("letters", "long"), [(120, False), (121, True)])
def test_a_long_text_has_the_whole_width(letters: int, long: bool) -> None:
    assert shown(incident={"narrative": "x" * letters})["incident.narrative"].long is long


def test_a_time_is_never_long() -> None:
    found = shown(moments={"aware": "2026-03-02T10:00:00+01:00"})
    assert not found["moments.aware"].long


def test_a_fact_that_no_policy_knows_any_more_is_shown() -> None:
    found = shown(gone={"parts": [{"fell_off": "wing"}]})
    assert found["gone.parts[0].fell_off"].said == "wing"
