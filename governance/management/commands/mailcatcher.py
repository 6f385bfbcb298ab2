"""`manage.py mailcatcher`: catch mail on a loopback port and keep it for the Mail page."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from governance.mailcatcher import server


class Command(BaseCommand):
    help = "Catch mail on a loopback port; nothing is sent on."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--dir", type=Path, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        asyncio.run(server.serve(options["dir"], port=options["port"]))
