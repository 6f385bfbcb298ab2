"""People over REST: accounts, and what each may do."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.accounts import administration, factors, made_keys, people
from governance.accounts.models import ApiKey, User
from governance.accounts.roles import ACCESS_MANAGE, ROLES
from governance.api import authentication, searches, tags
from governance.api.inputs import Strict
from governance.api.views import APIView, ListAPIView


def _roles(**given: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=list(ROLES)), required=False, **given
    )


class PersonIn(Strict):
    username = serializers.CharField(max_length=150, validators=[UnicodeUsernameValidator()])
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    roles = _roles(default=list)
    administrator = serializers.BooleanField(required=False, default=False)
    password = serializers.CharField(
        max_length=4096, required=False, default="", trim_whitespace=False
    )


class AccessIn(Strict):
    roles = _roles()
    active = serializers.BooleanField(required=False)
    administrator = serializers.BooleanField(required=False)
    revoke_keys = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=500
    )


class ReasonIn(Strict):
    described_as = "ResetRequest"

    reason = serializers.CharField(max_length=1000)


class PersonOut(serializers.ModelSerializer[User]):
    active = serializers.BooleanField(source="is_active")
    administrator = serializers.BooleanField(source="is_superuser")
    last_signed_in_at = serializers.DateTimeField(source="last_login", allow_null=True)

    class Meta:
        model = User
        fields = (
            "id",
            "username",
            "email",
            "roles",
            "active",
            "administrator",
            "last_signed_in_at",
        )


class MadeKeyOut(serializers.ModelSerializer[ApiKey]):
    """`beyond` are the scopes that the person does not hold organisation-wide, not any more or not
    yet."""

    beyond = serializers.SerializerMethodField()

    class Meta:
        model = ApiKey
        fields = ("id", "name", "prefix", "scopes", "beyond", "team", "expires_at", "last_used_at")

    def get_beyond(self, key: ApiKey) -> list[str]:
        return list(made_keys.beyond(key, self.context["person"]))


class PersonWithKeysOut(PersonOut):
    """`keys` are those that the person made, or that were made with one of these, while they let
    in. Closing the account ends none of them: name in `revoke_keys` which are to end with it."""

    second_factor = serializers.SerializerMethodField()
    keys = serializers.SerializerMethodField()

    class Meta(PersonOut.Meta):
        fields = (*PersonOut.Meta.fields, "second_factor", "keys")  # type: ignore[assignment]

    def get_second_factor(self, person: User) -> bool:
        return factors.held(person)

    @extend_schema_field(MadeKeyOut(many=True))
    def get_keys(self, person: User) -> Any:
        made = made_keys.living(person, at=clock.now())
        return MadeKeyOut(made, many=True, context={"person": person}).data


class People(ListAPIView[User]):
    """Accounts of people."""

    needs: ClassVar = {"GET": ACCESS_MANAGE, "POST": ACCESS_MANAGE}
    queryset = User.objects.all()
    serializer_class = PersonOut
    search = searches.PEOPLE

    def post(self, request: Request) -> Response:
        given = PersonIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = administration.make_person(
            **given.validated_data, by=authentication.actor(request), at=clock.now()
        )
        answer = Response(PersonOut(made).data, status=201)
        answer["Location"] = reverse("person", args=[made.id])
        return answer


def _lock(id: UUID) -> None:
    """As every change of an account does."""
    User.objects.select_for_update().filter(id=id).first()


class PersonDetail(APIView):
    """An account, and what the person may do."""

    needs: ClassVar = {"GET": ACCESS_MANAGE, "PATCH": ACCESS_MANAGE}
    whole = tags.Whole(User, _lock)

    def get(self, request: Request, id: UUID) -> Response:
        found = people.account(id)
        reads.shown(found, by=authentication.actor(request), at=clock.now())
        return Response(PersonWithKeysOut(found).data)

    def patch(self, request: Request, id: UUID) -> Response:
        """What is not given stays."""
        given = AccessIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        revoke = wanted.pop("revoke_keys", ())
        found = people.account(id)
        now = {
            "roles": found.roles,
            "active": found.is_active,
            "administrator": found.is_superuser,
        }
        administration.change_access(
            found,
            **{**now, **wanted},
            revoke=revoke,
            by=authentication.actor(request),
            at=clock.now(),
        )
        return Response(PersonWithKeysOut(people.account(id)).data)


class SessionsEnd(APIView):
    """Sign a person out everywhere, at once."""

    needs: ClassVar = {"POST": ACCESS_MANAGE}

    def post(self, request: Request, id: UUID) -> Response:
        Strict(data=request.data).is_valid(raise_exception=True)
        ended = administration.end_sessions(
            people.account(id), by=authentication.actor(request), at=clock.now()
        )
        return Response({"ended": ended})


class FactorsReset(APIView):
    """Take away second factors that were lost."""

    needs: ClassVar = {"POST": ACCESS_MANAGE}

    def post(self, request: Request, id: UUID) -> Response:
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = people.account(id)
        administration.reset_factors(
            found, **given.validated_data, by=authentication.actor(request), at=clock.now()
        )
        return Response(PersonOut(found).data)
