"""The operations around incidents, for the description of the API: batches, dry runs, signals,
links, roles, notes, the feed of changes and figures."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from governance.api.operations import File, Operation, Operations, query
from governance.api.shapes import Plain, anything, counts, results
from incidents import changes as followed
from incidents.api import (
    annotations,
    batches,
    changes,
    decisions,
    figures,
    inputs,
    links,
    signals,
    team,
    wholes,
)
from incidents.api.schema import EXAMPLE, REPORT
from incidents.figures.period import TITLES


class ChangesOut(Plain):
    """`next` is the `after` of the next call; `more` says that there is something already."""

    results = changes.ChangeOut(many=True)
    next = serializers.CharField()
    more = serializers.BooleanField()


class ForeseenOut(decisions.ForeseenDutyOut):
    outcome = serializers.CharField()
    because = serializers.CharField()
    not_owed = serializers.DictField()

    class Meta(decisions.ForeseenDutyOut.Meta):
        fields = (
            *decisions.ForeseenDutyOut.Meta.fields,
            "outcome",
            "because",
            "not_owed",
        )


class DeclinedOut(Plain):
    policy = serializers.CharField()
    regime = serializers.CharField()
    duty = serializers.CharField()
    title = serializers.CharField()
    concerns = serializers.JSONField()
    shadow = serializers.JSONField()
    because = serializers.CharField()


class FirstStepOut(Plain):
    at = serializers.DateTimeField()
    notify = anything()


class EscalationOut(Plain):
    lead = serializers.CharField()
    notify = anything()
    acknowledge_by = serializers.DateTimeField(allow_null=True)
    first_step = FirstStepOut(allow_null=True)


class AskedOut(Plain):
    """What was asked, as the audit trail commits to it."""

    body = serializers.CharField()
    salt = serializers.CharField()


class ForesightOut(Plain):
    at = serializers.DateTimeField()
    release = serializers.CharField()
    severity = wholes.SeverityOut()
    duties = ForeseenOut(many=True)
    not_applicable = DeclinedOut(many=True)
    escalation = EscalationOut()
    asked = AskedOut()


class TookOut(Plain):
    count = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)
    p90_seconds = serializers.FloatField(allow_null=True)


class PeriodOut(Plain):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    systems = serializers.ListField(child=serializers.CharField(), allow_null=True)


class TimesOut(PeriodOut):
    """For each group, how many and how long to each step."""

    results = serializers.ListField(child=serializers.DictField())


class MetOut(Plain):
    regime = serializers.CharField(required=False)  # unless grouped
    group = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    due = serializers.IntegerField()
    met = serializers.IntegerField()
    met_late = serializers.IntegerField()
    overdue = serializers.IntegerField()
    open = serializers.IntegerField()
    in_time = serializers.FloatField(allow_null=True)
    median_seconds = serializers.FloatField(allow_null=True)
    median_seconds_left = serializers.FloatField(allow_null=True)


class DeadlinesOut(PeriodOut):
    results = MetOut(many=True)


class TrendStepOut(Plain):
    began = serializers.JSONField()
    incidents = serializers.IntegerField()
    severities = counts()


class TrendOut(PeriodOut):
    results = TrendStepOut(many=True)


_BATCH: Final[Any] = {
    "type": "object",
    "required": ["reports"],
    "additionalProperties": False,
    "properties": {
        "reports": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "description": "`{idempotency_key, report}`; the key has 1 to 200 characters. "
                "What is no such item is refused by itself."
            },
        }
    },
}
_RESULT: Final[Any] = {
    "type": "object",
    "required": ["idempotency_key", "status"],
    "properties": {
        "idempotency_key": {},
        "status": {"type": "integer"},
        "incident": {"type": "string"},
        "location": {"type": "string"},
        "submission": {"type": "string", "format": "uuid"},
        "replayed": {"type": "boolean"},
        "correlated": {"type": "boolean"},
        "problem": {"$ref": "#/components/schemas/Problem"},
    },
}
_RESULTS: Final[Any] = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": _RESULT}},
}
_WHEN: Final = OpenApiTypes.DATETIME
_PERIOD: Final = (
    query("since", "Reported from then on; the last year unless said.", _WHEN),
    query("until", "Reported before then.", _WHEN),
)
_BY: Final = query("by", "What to group by.", enum=sorted(name for name in TITLES if name))
_INTERVAL: Final = query("interval", "The length of a step.", enum=["month", "week"])
_CSV: Final = File("text/csv")

OPERATIONS: Final[Operations] = {
    batches.Batch: {
        "POST": Operation(
            "Report several incidents",
            takes={"application/json": _BATCH},
            gives=_RESULTS,
            status=207,
            example={"reports": [{"idempotency_key": "k-1", "report": EXAMPLE}]},
        )
    },
    decisions.Decisions: {
        "POST": Operation(
            "Ask what a report would get",
            takes=REPORT,
            gives=ForesightOut,
            example=EXAMPLE,
            queries=(
                query("at", "As if reported then.", _WHEN),
                query("release", "The digest of a release."),
                query("draft", "Ids of drafts.", OpenApiTypes.UUID, many=True),
            ),
        )
    },
    signals.OfIncident: {"GET": Operation("List the signals of an incident")},
    signals.Split: {
        "POST": Operation(
            "Split a signal off",
            takes=inputs.ReasonIn,
            gives=wholes.WholeIncidentOut,
            status=201,
        )
    },
    links.OfIncident: {
        "GET": Operation("List the links of an incident", gives=results(links.LinkOut)),
        "POST": Operation(
            "Link two incidents", takes=links.LinkIn, gives=links.LinkOut, status=201
        ),
    },
    links.Removal: {"POST": Operation("Remove a link", takes=inputs.ReasonIn, gives=links.LinkOut)},
    team.OfIncident: {
        "GET": Operation("List who does what", gives=results(team.RoleOut)),
        "POST": Operation("Give a role", takes=team.RoleIn, gives=team.RoleOut, status=201),
    },
    team.Ending: {"POST": Operation("End a role", takes=inputs.ReasonIn, gives=team.RoleOut)},
    annotations.OfIncident: {
        "GET": Operation("List the notes of an incident", gives=results(annotations.NoteOut)),
        "POST": Operation(
            "Write a note",
            takes=annotations.NoteIn,
            gives=annotations.NoteOut,
            status=201,
            example={"text": "The vendor was called."},
        ),
    },
    annotations.Correction: {
        "POST": Operation(
            "Correct a note", takes=annotations.NoteIn, gives=annotations.NoteOut, status=201
        )
    },
    changes.Changes: {
        "GET": Operation(
            "Follow what changes",
            gives=ChangesOut,
            queries=(
                query("after", "The `next` of the last answer; `latest` to begin now."),
                query("wait", "Seconds to wait for something.", int),
                query("incident", "Of one incident."),
                query("system", "Of one system."),
                query("kind", "Of one kind of object.", enum=sorted(followed.KINDS)),
                query("drills", "Drills as well.", bool),
                query("limit", "At most so many.", int),
            ),
        )
    },
    figures.Times: {
        "GET": Operation(
            "Say how long it took", gives=TimesOut, also={200: _CSV}, queries=(*_PERIOD, _BY)
        )
    },
    figures.Deadlines: {
        "GET": Operation(
            "Say what was met in time",
            gives=DeadlinesOut,
            also={200: _CSV},
            queries=(*_PERIOD, _BY),
        )
    },
    figures.Trend: {
        "GET": Operation(
            "Count incidents by month or week",
            gives=TrendOut,
            also={200: _CSV},
            queries=(*_PERIOD, _INTERVAL),
        )
    },
}
