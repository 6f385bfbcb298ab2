import sys
from typing import Any

from django.core.management.base import BaseCommand

from policies.management.actions import ACTIONS


class Command(BaseCommand):
    help = (
        "Check, test, compare, plan, apply, export and simulate policies. "
        "Exit code 0: fine, 1: findings, 2: wrong usage."
    )

    def add_arguments(self, parser: Any) -> None:
        chosen = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, action in ACTIONS.items():
            action.add(chosen.add_parser(name, help=action.HELP, description=action.HELP))

    def handle(self, *_args: Any, **options: Any) -> None:
        code = ACTIONS[options["action"]].run(options, self.stdout.write)
        if code:
            sys.exit(code)
