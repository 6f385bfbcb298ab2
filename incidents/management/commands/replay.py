"""Send public records of real AI incidents through the REST API and check that none is lost."""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from governance import clock, env
from governance.accounts import keys, roles
from governance.ledger import ledger
from incidents.models import Submission
from incidents.replay import aiid, atlas, summary
from incidents.replay.client import Answer, Client, Statistics, StatisticsError, send
from incidents.replay.record import Replayed
from incidents.replay.summary import Summary

_BY: Final = ledger.system("replay")
_SCOPES: Final = (roles.INCIDENTS_REPORT, roles.INCIDENTS_READ)
_LINE_EVERY: Final = 50  # records, where no progress bar can be drawn


class Command(BaseCommand):
    help = "Replay public records of real AI incidents through the REST API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("set", choices=["atlas", "aiid"])
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            help="atlas: ATLAS.yaml or its extract (default: the one shipped); "
            "aiid: the directory of an unpacked snapshot",
        )
        parser.add_argument("--from", dest="path_option", type=Path, help="the same as PATH")
        parser.add_argument("--url", help="address of the service (default: BYLAW_PUBLIC_URL)")
        parser.add_argument("--api-key", help="default: BYLAW_API_KEY, else one made for this run")
        parser.add_argument("--limit", type=int, help="records at most")
        parser.add_argument("--clients", type=int, default=4, help="reports under way at once")
        parser.add_argument(
            "--aware",
            choices=["simulated", "recorded"],
            default="simulated",
            help="moment of becoming aware: within the last 96 hours, or only what the record "
            "states, which is nothing; clocks then wait",
        )
        parser.add_argument("--exercises", action="store_true", help="atlas: drills too")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["clients"] < 1:
            raise CommandError("--clients: give 1 or more.")
        logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request hides the progress
        try:
            records = list(islice(_records(options, at=clock.now()), options["limit"]))
        except (atlas.NotAtlasError, aiid.NotASnapshotError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 1:
            self._explain(records)
        given = options["api_key"] or env.text("BYLAW_API_KEY", "")
        # A key made for one run does not meet the idempotency keys of an earlier run.
        fresh = records if given else _not_yet_here(records)
        url = (options["url"] or settings.PUBLIC_URL).rstrip("/")
        try:
            with _api_key(given) as key, _http(url, key) as http:
                client = Client(http)
                before = client.statistics()
                answers = send(client, fresh, clients=options["clients"])
                result = Summary(
                    tuple(self._watched(answers, total=len(fresh))),
                    known=len(records) - len(fresh),
                )
                after = client.statistics()
        except StatisticsError as error:
            raise CommandError(str(error)) from error
        self._tell(result, before, after)

    def _tell(self, result: Summary, before: Statistics, after: Statistics) -> None:
        for line in (*summary.lines(result), *summary.comparison(result, before, after)):
            self.stdout.write(line)
        if missing := result.unaccounted(before, after):
            raise CommandError(f"{missing} records are unaccounted for.")

    def _explain(self, records: list[Replayed]) -> None:
        for record in records:
            self.stdout.write(record.idempotency_key)
            for reason in record.reasons:
                self.stdout.write(f"  {reason}")

    def _watched(self, answers: Iterator[Answer], *, total: int) -> Iterator[Answer]:
        """The answers, with a progress bar on a terminal and a line now and then elsewhere."""
        if not self.stdout.isatty():
            for number, answer in enumerate(answers, start=1):
                if number % _LINE_EVERY == 0 or number == total:
                    self.stdout.write(f"{number} of {total}")
                yield answer
            return
        columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns) as progress:
            yield from progress.track(answers, total=total)


def _records(options: dict[str, Any], *, at: datetime) -> Iterator[Replayed]:
    path = options["path_option"] or options["path"]
    aware_before = at if options["aware"] == "simulated" else None
    if options["set"] == aiid.SET:
        if path is None:
            raise CommandError("aiid: give the directory of an unpacked snapshot.")
        return aiid.reports(aiid.read(path), aware_before=aware_before)
    return atlas.reports(
        atlas.read(path or atlas.SHIPPED),
        aware_before=aware_before,
        exercises=options["exercises"],
    )


def _not_yet_here(records: list[Replayed]) -> list[Replayed]:
    """Those that this service has not been sent yet, whoever sent them."""
    ours = [record.idempotency_key for record in records]
    held = set(
        Submission.objects.filter(idempotency_key__in=ours).values_list(
            "idempotency_key", flat=True
        )
    )
    return [record for record in records if record.idempotency_key not in held]


@contextmanager
def _api_key(given: str) -> Iterator[str]:
    """The key that was given, or one that ends with this run."""
    if given:
        yield given
        return
    at = clock.now()
    key, plain = keys.mint(
        name="Replay", scopes=_SCOPES, by=_BY, expires_at=at + timedelta(days=1), at=at
    )
    try:
        yield plain
    finally:
        keys.revoke(key, by=_BY, at=clock.now(), reason="the replay has ended")


def _http(url: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
