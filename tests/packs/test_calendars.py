"""The shipped calendars, and the command that makes them."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from policies import documents, shipped
from policies.counting import WorkingCalendar
from policies.management import calendars
from policies.management.calendars import Place
from tests.packs.shipped_release import RELEASE

PACK = shipped.DIRECTORY / "calendars"
MEMBER_STATES = {
    "eu-at", "eu-be", "eu-bg", "eu-cy", "eu-cz", "eu-de", "eu-dk", "eu-ee", "eu-es", "eu-fi",
    "eu-fr", "eu-gr", "eu-hr", "eu-hu", "eu-ie", "eu-it", "eu-lt", "eu-lu", "eu-lv", "eu-mt",
    "eu-nl", "eu-pl", "eu-pt", "eu-ro", "eu-se", "eu-si", "eu-sk",
}  # fmt: skip
OTHERS = {
    "eu-institutions", "uk-england-wales", "uk-scotland", "uk-northern-ireland", "us-federal",
}  # fmt: skip


def calendar(*arguments: str) -> str:
    written = io.StringIO()
    call_command("calendar", *arguments, "--from", "2024", "--until", "2030", stdout=written)
    return written.getvalue()


@pytest.mark.parametrize("place", calendars.SHIPPED, ids=lambda place: place.name)
def test_a_shipped_calendar_is_byte_for_byte_what_the_pinned_package_gives(place: Place) -> None:
    assert (PACK / f"{place.name}.yaml").read_text("utf-8") == calendars.shipped_text(place)


def test_no_calendar_ships_that_the_command_does_not_make() -> None:
    made = {place.name for place in calendars.SHIPPED}
    assert {file.stem for file in PACK.glob("*.yaml")} == made


def test_every_member_state_the_institutions_the_uk_and_the_us_have_a_calendar() -> None:
    assert len(MEMBER_STATES) == 27
    assert set(RELEASE.calendars) >= MEMBER_STATES | OTHERS


@pytest.mark.parametrize("name", sorted(MEMBER_STATES | OTHERS))
def test_a_calendar_knows_holidays_of_every_year_through_2030(name: str) -> None:
    found: WorkingCalendar = RELEASE.calendars[name]
    assert {day.year for day in found.holidays} == set(range(2024, 2031))


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("eu-es", "Europe/Madrid"),
        ("eu-pt", "Europe/Lisbon"),
        ("eu-cy", "Asia/Nicosia"),
        ("eu-de", "Europe/Berlin"),
        ("us-federal", "America/New_York"),
        ("uk-scotland", "Europe/London"),
    ],
)
def test_a_calendar_has_the_zone_of_the_capital(name: str, zone: str) -> None:
    assert RELEASE.calendars[name].zone == zone


def test_the_calendar_of_the_institutions_says_that_it_is_unverified() -> None:
    text = (PACK / "eu-institutions.yaml").read_text("utf-8")
    assert 'verification: "unverified"' in text
    assert "Not the official list" in text


def test_the_parts_of_the_united_kingdom_differ() -> None:
    found = {RELEASE.calendars[f"uk-{part}"].holidays for part in ("scotland", "england-wales")}
    assert len(found) == 2


def test_all_writes_every_calendar_into_a_directory(tmp_path: Path) -> None:
    call_command("calendar", "--all", "--into", str(tmp_path), stdout=io.StringIO())
    assert len(list(tmp_path.glob("*.yaml"))) == len(calendars.SHIPPED)


def test_the_command_makes_a_valid_document_of_another_country() -> None:
    reading = documents.read(calendar("NO"))
    assert reading.problems == ()


def test_a_subdivision_has_days_of_its_own() -> None:
    assert "Saint Andrew" in calendar("GB", "--subdivision", "SCT")


def test_a_country_with_several_zones_needs_one_chosen() -> None:
    with pytest.raises(CommandError, match="--zone"):
        calendar("US")


def test_a_country_that_the_package_does_not_know_is_refused() -> None:
    with pytest.raises(CommandError, match="no country"):
        calendar("ZZ", "--zone", "UTC")


def test_a_country_needs_its_years() -> None:
    with pytest.raises(CommandError, match="--from and --until"):
        call_command("calendar", "BE")
