"""The changes over REST: for tools that follow instead of asking for everything again."""

import time
from collections.abc import Collection
from typing import Any, ClassVar, Final

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.access import reads
from governance.access.rules import Access, Reach
from governance.accounts.roles import INCIDENTS_READ, POLICIES_READ
from governance.api import authentication, waiting
from governance.api.inputs import Query
from governance.api.permissions import access
from governance.api.views import APIView
from governance.ledger import ledger
from incidents import changes, selectors

LATEST: Final = "latest"
_USUAL, _MOST = 100, 500


class ChangesIn(Query):
    after = serializers.CharField(max_length=40, required=False, default="0")
    wait = serializers.IntegerField(
        min_value=0, max_value=waiting.LONGEST, required=False, default=0
    )
    incident = serializers.CharField(max_length=40, required=False)
    system = serializers.CharField(max_length=80, required=False)
    kind = serializers.ChoiceField(choices=sorted(changes.KINDS), required=False)
    drills = serializers.BooleanField(required=False, default=True)
    limit = serializers.IntegerField(min_value=1, max_value=_MOST, required=False, default=_USUAL)


class ChangeOut(serializers.Serializer[changes.Change]):
    """`id` is that of the entry in the audit trail and stays the same for good; `was` and `now` say
    what changed of a severity, a state or a date."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    kind = serializers.CharField()
    object = serializers.CharField(source="object_id")
    actor = serializers.CharField(source="actor_kind")
    incident = serializers.CharField(source="incident.reference", default=None, allow_null=True)
    system = serializers.CharField(source="incident.system", default=None, allow_null=True)
    drill = serializers.BooleanField(source="incident.drill", default=False)
    was = serializers.DictField()
    now = serializers.DictField()


class Changes(APIView):
    """What changed behind `after`, the oldest first. With `wait` it is answered as soon as there is
    something, or after that many seconds; where too many wait already, at once and with
    `Retry-After`."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def get(self, request: Request) -> Response:
        given = ChangesIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        wanted, limit = _wanted(request, asked, access(self)), asked["limit"]
        _note(request)
        latest = asked["after"] == LATEST
        place = changes.size() if latest else changes.place(asked["after"])
        found = changes.page(place, wanted=wanted, limit=limit)
        if found.changes or found.more or not asked["wait"]:
            return _answer(found)
        with waiting.seat() as mine:
            if not mine:
                return _answer(found, again=waiting.AGAIN)
            return _answer(_come(found, wanted, limit=limit, seconds=asked["wait"]))


def _come(found: changes.Page, wanted: changes.Wanted, *, limit: int, seconds: int) -> changes.Page:
    """The first page with something in it; when the time is over, an empty one."""
    end = time.monotonic() + seconds
    while not found.changes and (left := end - time.monotonic()) > 0:
        place = found.place
        waiting.until(lambda place=place: changes.size() > place, seconds=left)  # type: ignore[misc]
        found = changes.page(place, wanted=wanted, limit=limit)
    return found


def _wanted(request: Request, asked: dict[str, Any], may: Access) -> changes.Wanted:
    """What is asked for, of what the caller may see: the one place that says so."""
    readable = set(changes.OF_INCIDENTS)
    if POLICIES_READ in authentication.scopes(request.user):
        readable |= changes.OF_POLICIES
    return changes.Wanted(
        kinds=readable & {asked["kind"]} if "kind" in asked else readable,
        incident=selectors.incident(asked["incident"], may).id if "incident" in asked else None,
        systems=_systems(asked, may.does),
        drills=asked["drills"],
    )


def _systems(asked: dict[str, Any], mine: Reach) -> Collection[str] | None:
    """None for all that there are, and for what is of none."""
    if mine.everything:
        return [asked["system"]] if "system" in asked else None
    return mine.systems & {asked["system"]} if "system" in asked else mine.systems


def _note(request: Request) -> None:
    """That somebody follows is on record, once an hour."""
    event = ledger.Event("change.listed", "change", reads.LIST)
    reads.note(event, by=authentication.actor(request), at=clock.now())


def _answer(found: changes.Page, *, again: int = 0) -> Response:
    rows = ChangeOut(found.changes, many=True).data  # type: ignore[arg-type]  # the stubs want one
    answer = Response(
        {
            "results": rows,
            "next": changes.cursor(found.place),
            "more": found.more,
        }
    )
    if again:
        answer["Retry-After"] = str(again)
    return answer
