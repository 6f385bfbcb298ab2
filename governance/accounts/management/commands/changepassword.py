from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import clock
from governance.accounts import passwords, people
from governance.accounts.models import User
from governance.errors import BylawError
from governance.ledger import ledger


class Command(BaseCommand):
    help = "Give a person another password, on record. Stands in for Django's command."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is nobody of the name {options['username']}.")
        try:
            password = passwords.ask(user)
        except BylawError as error:
            raise CommandError(error.message) from error
        people.set_password(user, password, by=ledger.system("command-line"), at=clock.now())
        self.stdout.write(f"{user.username} has a new password.")
