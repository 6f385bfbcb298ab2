import secrets
from typing import Any

from django.core.management.base import BaseCommand

from governance import clock
from governance.accounts import people
from governance.accounts.models import User
from governance.accounts.roles import ROLES
from governance.ledger import ledger


class Command(BaseCommand):
    help = (
        "Create the administrator of a fresh service and print the password, once. "
        "Does nothing when any account exists."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--username", default="admin")
        parser.add_argument("--email", default="admin@localhost")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self.stderr.write("There are accounts already.", style_func=str)
            return
        password = secrets.token_urlsafe(12)
        # Every role, so that messages of a fresh service reach somebody until roles are handed out.
        people.create(
            username=options["username"],
            password=password,
            email=options["email"],
            roles=ROLES,
            administrator=True,
            by=ledger.system("setup"),
            at=clock.now(),
        )
        self.stdout.write(f"Administrator: {options['username']}")
        self.stdout.write(f"Password:      {password}   (shown this once; change it in the admin)")
