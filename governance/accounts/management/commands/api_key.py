from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import clock
from governance.accounts import keys, teams
from governance.accounts.models import ApiKey
from governance.accounts.roles import SCOPES
from governance.errors import BylawError
from governance.ledger import ledger


class Command(BaseCommand):
    help = "Make, list, rotate or revoke API keys."

    def add_arguments(self, parser: Any) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="print a new key, once")
        create.add_argument("name", help="which tool uses it, and where")
        create.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=list(SCOPES),
            help="what it may do; repeat for more",
        )
        create.add_argument("--team", help="name of the team on whose systems alone it acts")
        create.add_argument("--days", type=int, default=90, help="life of the key (90)")
        actions.add_parser("list", help="every key, without its secret")
        rotate = actions.add_parser("rotate", help="print a new secret of a key, once")
        rotate.add_argument("prefix", help="the eight characters after bylaw_")
        rotate.add_argument(
            "--overlap-hours",
            type=int,
            default=keys.OVERLAP // timedelta(hours=1),
            help="hours for which the old secret lets in as well (24)",
        )
        rotate.add_argument("--days", type=int, default=90, help="life of the key from now on (90)")
        revoke = actions.add_parser("revoke", help="end a key at once")
        revoke.add_argument("prefix", help="the eight characters after bylaw_")
        revoke.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except BylawError as error:
            raise CommandError(error.message) from error

    def _create(self, options: dict[str, Any]) -> None:
        at = clock.now()
        key, plain = keys.mint(
            name=options["name"],
            scopes=options["scope"],
            by=ledger.system("command-line"),
            expires_at=at + timedelta(days=options["days"]),
            at=at,
            team=teams.named(options["team"]) if options["team"] else None,
        )
        self.stderr.write(f"Key {key.prefix}, good until {key.expires_at:%Y-%m-%d}. Shown once:")
        self.stdout.write(plain)

    def _list(self, options: dict[str, Any]) -> None:
        for key in ApiKey.objects.all():
            ended = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{key.prefix}  {ended:18} {','.join(key.scopes)}  {key.name}")

    def _rotate(self, options: dict[str, Any]) -> None:
        at = clock.now()
        key = _named(options["prefix"])
        plain = keys.rotate(
            key,
            overlap=timedelta(hours=options["overlap_hours"]),
            expires_at=at + timedelta(days=options["days"]),
            by=ledger.system("command-line"),
            at=at,
        )
        self.stderr.write(f"The new secret of {key.prefix}. Shown once:")
        self.stdout.write(plain)

    def _revoke(self, options: dict[str, Any]) -> None:
        key = _named(options["prefix"])
        by = ledger.system("command-line")
        keys.revoke(key, by=by, at=clock.now(), reason=options["reason"])
        self.stdout.write(f"{key.prefix} is revoked.")


def _named(prefix: str) -> ApiKey:
    key = ApiKey.objects.filter(prefix=prefix).first()
    if key is None:
        raise CommandError(f"There is no key {prefix}.")
    return key
