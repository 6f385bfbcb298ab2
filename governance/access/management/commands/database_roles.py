from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from governance.access import grants
from governance.errors import BylawError


class Command(BaseCommand):
    help = (
        "Print the SQL that gives the application's role its rights. Run it as the owner of the "
        "tables after each migration; `prepare` does so where BYLAW_OWNER_DATABASE_URL is set."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--application", required=True, metavar="ROLE")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["application"]
        try:
            grants.check(role, connection)
        except BylawError as error:
            self.stderr.write(error.message, style_func=str)
        lines = ["BEGIN", *grants.statements(role, connection), "COMMIT"]
        self.stdout.write("".join(f"{line};\n" for line in lines))
