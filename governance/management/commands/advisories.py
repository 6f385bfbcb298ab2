"""Looks up known faults of what is locked, as `make audit` does."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from governance import advisories, env

_EXCEPTIONS: Final = env.CHECKOUT / "governance" / "advisories.toml"
_SECONDS: Final = 300


class Command(BaseCommand):
    help = (
        "Look up known faults of the packages in requirements.lock (pip-audit). One that is not "
        "accepted in governance/advisories.toml is an error; that nobody answers is none."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--lock", default=str(env.CHECKOUT / "requirements.lock"))
        parser.add_argument("--exceptions", default=str(_EXCEPTIONS))

    def handle(self, *args: Any, **options: Any) -> None:
        exceptions = advisories.accepted(Path(options["exceptions"]).read_text())
        today = datetime.now(UTC).date()
        verdict = advisories.judge(_asked(options["lock"]), exceptions, today=today)
        for note in verdict.notes:
            self.stdout.write(note)
        if verdict.faults:
            raise CommandError("\n".join(verdict.faults))
        if not verdict.reached:
            self.stdout.write(
                "NOT AUDITED: no service of advisories could be reached; run `make audit` where "
                "one can."
            )
            return
        self.stdout.write(f"{verdict.looked_up} packages, no fault that is not accepted.")


def _asked(lock: str) -> str:
    """pip-audit's answer; empty where it gave none. It fails where it finds something, too."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes"),
        *("--disable-pip", "--format", "json", "--progress-spinner", "off"),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout
