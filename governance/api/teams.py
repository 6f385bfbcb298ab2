"""Teams over REST: which systems they own, who is in them, and with which roles."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.accounts import people, teams
from governance.accounts.models import Membership, Team
from governance.accounts.roles import ROLES, TEAMS_MANAGE
from governance.api import authentication, searches, tags
from governance.api.inputs import Strict
from governance.api.retrieving import RecordedRetrieveView
from governance.api.rows import RowSerializer
from governance.api.views import APIView, ListAPIView


class MemberOut(RowSerializer[Membership]):
    person = serializers.CharField(source="person.username")

    class Meta:
        model = Membership
        fields = ("person", "roles", "since")


class TeamOut(RowSerializer[Team]):
    """`systems` are ids of the system register; a role of a member holds with these."""

    systems = serializers.SerializerMethodField()
    members = MemberOut(many=True)

    class Meta:
        model = Team
        fields = ("id", "name", "description", "created_at", "closed_at", "systems", "members")

    def get_systems(self, team: Team) -> list[str]:
        return [each.system for each in team.systems.all()]


class TeamIn(Strict):
    name = serializers.CharField(max_length=100)
    description = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class TeamChangeIn(Strict):
    described_as = "TeamChangeRequest"

    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)


class SystemsIn(Strict):
    systems = serializers.ListField(
        child=serializers.CharField(max_length=teams.LONGEST_SYSTEM),
        allow_empty=False,
        max_length=1000,
    )


class MemberIn(Strict):
    """Without roles the person leaves the team."""

    person = serializers.CharField(max_length=150)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=list(ROLES)))


class TeamClosureIn(Strict):
    reason = serializers.CharField(max_length=1000)


class Teams(ListAPIView[Team]):
    """Every team with its systems and members; and making one."""

    needs: ClassVar = {"GET": TEAMS_MANAGE, "POST": TEAMS_MANAGE}
    queryset = teams.listed()
    serializer_class = TeamOut
    search = searches.TEAMS

    def post(self, request: Request) -> Response:
        given = TeamIn(data=request.data)
        given.is_valid(raise_exception=True)
        by, at = authentication.actor(request), clock.now()
        made = teams.make(**given.validated_data, by=by, at=at)
        answer = Response(TeamOut(made).data, status=201)
        answer["Location"] = reverse("team", args=[made.id])
        return answer


class TeamDetail(RecordedRetrieveView[Team]):
    """A team with its systems and members; and giving it another name or description."""

    needs: ClassVar = {"GET": TEAMS_MANAGE, "PATCH": TEAMS_MANAGE}
    whole = tags.Whole(Team)
    queryset = teams.listed()
    serializer_class = TeamOut
    lookup_field = "id"

    def patch(self, request: Request, id: UUID) -> Response:
        given = TeamChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        team, by = teams.one(id), authentication.actor(request)
        words = {"name": team.name, "description": team.description, **given.validated_data}
        return _answer(teams.rename(team, **words, by=by, at=clock.now()))


class _Change(APIView):
    """One change of a team; answers with the team as it then is."""

    needs: ClassVar = {"POST": TEAMS_MANAGE}
    takes: ClassVar[type[Strict]] = SystemsIn

    def post(self, request: Request, id: UUID) -> Response:
        given = self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        by = {"by": authentication.actor(request), "at": clock.now()}
        return _answer(self.change(teams.one(id), given.validated_data, by))

    def change(self, team: Team, given: dict[str, Any], by: dict[str, Any]) -> Team:
        """`by` says who and when."""
        raise NotImplementedError


class Giving(_Change):
    """The team owns these systems from now on; none of them may have another owner."""

    def change(self, team: Team, given: dict[str, Any], by: dict[str, Any]) -> Team:
        return teams.give(team, given["systems"], **by)


class Taking(_Change):
    """The team owns these systems no more."""

    def change(self, team: Team, given: dict[str, Any], by: dict[str, Any]) -> Team:
        return teams.take(team, given["systems"], **by)


class Members(_Change):
    """The roles that a person holds with the systems of the team; without one, who leaves it."""

    takes = MemberIn

    def change(self, team: Team, given: dict[str, Any], by: dict[str, Any]) -> Team:
        return teams.appoint(team, people.named(given["person"]), given["roles"], **by)


class Closure(_Change):
    """The team has no systems, members and keys from now on."""

    takes = TeamClosureIn

    def change(self, team: Team, given: dict[str, Any], by: dict[str, Any]) -> Team:
        return teams.close(team, reason=given["reason"], **by)


def _answer(team: Team) -> Response:
    return Response(TeamOut(teams.one(team.id)).data)
