from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import clock
from governance.accounts import people, teams
from governance.accounts.models import Team
from governance.accounts.roles import ROLES
from governance.errors import BylawError
from governance.ledger import ledger


class Command(BaseCommand):
    help = "Make, list and close teams; give them systems and members."

    def add_arguments(self, parser: Any) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="every team with its systems and members")
        make = _of_team(actions, "make", "a team without systems and members")
        make.add_argument("--description", default="")
        rename = _of_team(actions, "rename", "another name")
        rename.add_argument("to")
        for action, words in (("give", "own these systems"), ("take", "own them no more")):
            _of_team(actions, action, words).add_argument("system", nargs="+")
        member = _of_team(actions, "member", "the roles of a person; without one, who leaves")
        member.add_argument("person", help="user name")
        member.add_argument("--role", action="append", default=[], choices=list(ROLES))
        close = _of_team(actions, "close", "without systems, members and keys from now on")
        close.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        by: dict[str, Any] = {"by": ledger.system("command-line"), "at": clock.now()}
        try:
            getattr(self, f"_{options['action']}")(options, by)
        except BylawError as error:
            raise CommandError(error.message) from error

    def _list(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        for team in teams.listed():
            self.stdout.write(_line(team))

    def _make(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        teams.make(options["team"], description=options["description"], **by)
        self._show(options["team"])

    def _rename(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        team = teams.named(options["team"])
        teams.rename(team, name=options["to"], description=team.description, **by)
        self._show(options["to"])

    def _give(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        teams.give(teams.named(options["team"]), options["system"], **by)
        self._show(options["team"])

    def _take(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        teams.take(teams.named(options["team"]), options["system"], **by)
        self._show(options["team"])

    def _member(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        person = people.named(options["person"])
        teams.appoint(teams.named(options["team"]), person, options["role"], **by)
        self._show(options["team"])

    def _close(self, options: dict[str, Any], by: dict[str, Any]) -> None:
        teams.close(teams.named(options["team"]), reason=options["reason"], **by)
        self._show(options["team"])

    def _show(self, name: str) -> None:
        self.stdout.write(_line(teams.named(name)))


def _of_team(actions: Any, name: str, words: str) -> Any:
    parser = actions.add_parser(name, help=words)
    parser.add_argument("team", help="the team's name")
    return parser


def _line(team: Team) -> str:
    systems = ", ".join(each.system for each in team.systems.all()) or "no system"
    members = ", ".join(f"{each.person} ({'+'.join(each.roles)})" for each in team.members.all())
    state = "closed" if team.closed_at else f"{systems}; {members or 'nobody'}"
    return f"{team.name}: {state}"
