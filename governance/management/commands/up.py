"""`manage.py up`, which is what `make run` calls: the whole service with one command."""

import contextlib
import json
import shlex
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance import env
from governance.embedded import addresses, running
from governance.embedded.addresses import Web
from governance.embedded.instance import Instance, inherited
from governance.embedded.process import StartError
from governance.embedded.supervisor import Supervisor

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ROUND_SECONDS: Final = 0.5


class Stop(BaseException):
    """Someone asked us to stop: raised by the first signal, wherever the main thread is."""


class Command(BaseCommand):
    help = (
        "Start PostgreSQL, Valkey, the mail catcher, web, worker and beat, and keep them running "
        "until Ctrl-C. DATABASE_URL, REDIS_URL and SMTP_URL name servers of your own instead."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="replay the incidents of MITRE ATLAS once started",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with running.locked(settings.VAR_DIR / "run" / "up.lock"):
                self._run(demo=options["demo"])
        except running.AlreadyRunningError as holder:
            raise CommandError(
                f"Bylaw runs from this checkout already ({holder}). Use that one, or stop it first."
            ) from None
        except (StartError, addresses.PortError) as error:
            raise CommandError(str(error)) from None

    def _run(self, *, demo: bool) -> None:
        instance = Instance(env.CHECKOUT, settings.VAR_DIR, self._environment(), self.say)
        with self._stopped_by_signals(instance.supervisor):
            try:
                web, note = addresses.choose(instance.environment)
                self.say(note)
                self._start(instance, web, demo=demo)
            except Stop:
                self.say("\nStopping. Press Ctrl-C again to kill everything at once.")
            finally:
                instance.supervisor.stop()
        self.say("Stopped.")

    def _start(self, instance: Instance, web: Web, *, demo: bool) -> None:
        found = instance.start_servers() | {"BYLAW_PUBLIC_URL": web.public}
        instance.environment |= found
        with running.published(env.SERVICES_FILE, found):
            with self._said_in_any_case(instance.prepare()):
                instance.start_processes(web)
                instance.await_ready(web)
                self._welcome(instance, web)
            self.say(self._try_out(instance, web))
            self.say("\nCtrl-C stops everything; the data stay.")
            if demo:
                instance.manage("replay", "atlas")
            while True:
                time.sleep(_ROUND_SECONDS)
                instance.supervisor.look(time.monotonic())

    @contextlib.contextmanager
    def _said_in_any_case(self, once: str) -> Iterator[None]:
        """A password that is shown only once must not be lost because a later step fails."""
        try:
            yield
        finally:
            self.say(f"\n{once}" if once else "")

    def _welcome(self, instance: Instance, web: Web) -> None:
        caught = "BYLAW_MAIL_CATCHER" in instance.environment
        mail = f"{web.public}/mail/ (caught, not sent)" if caught else "sent by SMTP_URL"
        self.say(
            f"\nBylaw is ready.\n"
            f"  Console       {web.public}/\n"
            f"  API           {web.public}/api/v1/\n"
            f"  Mail          {mail}\n"
            f"  Logs          {instance.logs}/"
        )

    def _try_out(self, instance: Instance, web: Web) -> str:
        done = instance.manage("try_out", capture=True)
        if done.returncode:
            return "\nNo try-out key could be made; see above."
        given = json.loads(done.stdout)
        body = json.dumps(given["body"], ensure_ascii=False)
        return (
            f"\nReport an incident:\n\n"
            f"curl -sS {web.local}/api/v1/incidents \\\n"
            f"  -H 'Authorization: Bearer {given['api_key']}' \\\n"
            f"  -H 'Content-Type: application/json' \\\n"
            f"  -d {shlex.quote(body)}"
        )

    def _environment(self) -> dict[str, str]:
        return {"BYLAW_LOG_FORMAT": "text"} | inherited()

    @contextlib.contextmanager
    def _stopped_by_signals(self, supervisor: Supervisor) -> Iterator[None]:
        """The first signal raises Stop, any further one kills all children where they stand."""
        asked = False

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            nonlocal asked
            if asked:
                supervisor.kill()
                return
            asked = True
            raise Stop

        former = {number: signal.signal(number, on_signal) for number in _STOPPING}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def say(self, line: str) -> None:
        """A closed terminal must not keep us from stopping in order."""
        with contextlib.suppress(OSError):
            if line:
                self.stdout.write(line)
                self.stdout.flush()
