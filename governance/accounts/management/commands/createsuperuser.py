from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import clock
from governance.accounts import passwords, people
from governance.accounts.models import User
from governance.errors import BylawError
from governance.ledger import ledger


class Command(BaseCommand):
    help = "Make a superuser, on record. Stands in for Django's command."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        name, email = options["username"], options["email"]
        if User.objects.filter(username=name).exists():
            raise CommandError(f"There is somebody of the name {name} already.")
        try:
            people.create(
                username=name,
                password=passwords.ask(User(username=name, email=email)),
                email=email,
                roles=(),
                administrator=True,
                by=ledger.system("command-line"),
                at=clock.now(),
            )
        except BylawError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{name} can sign in now, and gives out roles under Access, People.")
