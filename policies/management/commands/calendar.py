"""Write Calendar documents from the `holidays` package, for working-day counting."""

from argparse import ArgumentParser
from importlib import resources
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies import shipped
from policies.management import calendars
from policies.management.calendars import Place

_SHIPPED_IN = shipped.DIRECTORY / "calendars"


class Command(BaseCommand):
    help = "Print a Calendar document with the public holidays of a country, or write all shipped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("country", nargs="?", help="ISO 3166-1 alpha-2 code, such as BE")
        parser.add_argument("--all", action="store_true", help="write every calendar that ships")
        parser.add_argument(
            "--into", type=Path, default=_SHIPPED_IN, help="directory for --all (default: the pack)"
        )
        parser.add_argument("--from", dest="first", type=int, metavar="YEAR")
        parser.add_argument("--until", dest="last", type=int, metavar="YEAR")
        parser.add_argument("--subdivision", default="", help="such as SCT of GB")
        parser.add_argument("--zone", help="IANA zone; needed where a country has several")
        parser.add_argument("--name", help="name of the document (default: the country's code)")
        parser.add_argument("--title", help="title of the document")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not calendars.available():
            raise CommandError("The package `holidays` is missing: pip install 'bylaw[dev]'.")
        try:
            if options["all"]:
                self._write_all(options["into"])
            else:
                self._print(options)
        except calendars.UnknownPlaceError as error:
            raise CommandError(str(error)) from error

    def _write_all(self, directory: Path) -> None:
        for place in calendars.SHIPPED:
            (directory / f"{place.name}.yaml").write_text(calendars.shipped_text(place), "utf-8")
        self.stdout.write(f"{len(calendars.SHIPPED)} calendars in {directory}.")

    def _print(self, options: dict[str, Any]) -> None:
        first, last = options["first"], options["last"]
        if not options["country"] or first is None or last is None:
            raise CommandError("Give a country with --from and --until, or --all.")
        if first > last:
            raise CommandError(f"--from {first} lies after --until {last}.")
        country = options["country"].upper()
        place = Place(
            name=options["name"] or country.lower(),
            title=options["title"] or f"Public holidays of {country}, {first} to {last}",
            zone=options["zone"] or _only_zone(country),
            country=country,
            subdivision=options["subdivision"],
        )
        made = calendars.text(place, first=first, last=last, made_on=timezone.now().date())
        self.stdout.write(made, ending="")


def _only_zone(country: str) -> str:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    zones = [row[2] for row in rows if row[0] == country]
    if len(zones) != 1:
        raise CommandError(f"{country} has {len(zones)} zones; choose one: --zone AREA/CITY.")
    return zones[0]
