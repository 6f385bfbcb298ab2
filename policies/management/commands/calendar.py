"""Write a Calendar document from the `holidays` package, for working-day counting."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from importlib import metadata, resources
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

with suppress(ModuleNotFoundError):  # a development dependency: servers need the documents only
    import holidays


class Command(BaseCommand):
    help = "Print a Calendar document with the public holidays of a country."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("country", help="ISO 3166-1 alpha-2 code, such as BE")
        parser.add_argument("--from", dest="first", type=int, required=True, metavar="YEAR")
        parser.add_argument("--until", dest="last", type=int, required=True, metavar="YEAR")
        parser.add_argument("--zone", help="IANA zone; needed where a country has several")
        parser.add_argument("--name", help="name of the document (default: the country's code)")
        parser.add_argument("--title", help="title of the document")

    def handle(self, *_args: Any, **options: Any) -> None:
        if find_spec("holidays") is None:
            raise CommandError("The package `holidays` is missing: pip install 'bylaw[dev]'.")
        country, first, last = options["country"].upper(), options["first"], options["last"]
        if first > last:
            raise CommandError(f"--from {first} lies after --until {last}.")
        name = options["name"] or country.lower()
        zone = options["zone"] or _only_zone(country)
        title = options["title"] or f"Public holidays of {country}, {first} to {last}"
        found = _public_holidays(country, first, last)
        today = timezone.now().date()
        lines = _document(
            country, first, last, name=name, zone=zone, title=title, today=today, found=found
        )
        self.stdout.write("\n".join(lines))


def _public_holidays(country: str, first: int, last: int) -> list[tuple[date, str]]:
    # A year more on both sides: New Year's Day may be observed on 31 December of the year before.
    try:
        found = holidays.country_holidays(
            country, years=range(first - 1, last + 2), language="en_US"
        )
    except NotImplementedError as error:
        raise CommandError(f"The package `holidays` has no country {country!r}.") from error
    return [(day, title) for day, title in sorted(found.items()) if first <= day.year <= last]


def _only_zone(country: str) -> str:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    zones = [row[2] for row in rows if row[0] == country]
    if len(zones) != 1:
        raise CommandError(f"{country} has {len(zones)} zones; choose one: --zone AREA/CITY.")
    return zones[0]


def _document(
    country: str,
    first: int,
    last: int,
    *,
    name: str,
    zone: str,
    title: str,
    today: date,
    found: list[tuple[date, str]],
) -> Iterator[str]:
    yield f"# Made by `manage.py calendar {country} --from {first} --until {last} --zone {zone}"
    yield f"# --name {name}`. Add days of your own by hand, and say so under `source`."
    yield "apiVersion: bylaw/v1"
    yield "kind: Calendar"
    yield "metadata:"
    yield f"  name: {name}"
    yield "  version: 1.0.0"
    yield f"  title: {title}"
    yield "  owner: compliance-officer"
    yield "spec:"
    yield f"  zone: {zone}"
    yield "  weekend: [saturday, sunday]"
    yield f'  covers: {{from: "{first}-01-01", until: "{last}-12-31"}}'
    yield "  source:"
    yield "    package: holidays"
    version = metadata.version("holidays")
    yield f'    package_version: "{version}"'
    yield f'    country: "{country}"'
    yield f'    generated_on: "{today}"'
    yield "  holidays:"
    for day, what in found:
        words = what.replace('"', "'")
        yield f'    - {{date: "{day}", title: "{words}"}}'
