"""The operations that end incidents and ask questions, for the description of the API: void and
merged, questions, systems, reassessment runs."""

from typing import Any, Final

from rest_framework import serializers

from governance.api.operations import Operation, Operations, query
from governance.api.shapes import Plain, anything, counts
from incidents.api import endings, inputs, questions, reassessment_runs, systems, wholes

_STAYS: Final = {"into": "INC-2025-000017", "reason": "The same outage."}
_WHY: Final = {"reason": "A test of the alarm."}


class CalledOffOut(Plain):
    duty = serializers.CharField()
    title = serializers.CharField()
    regime = serializers.CharField()


class MergeOut(Plain):
    """`carried` maps moments to instants; `changes` are those of the survivor's duties."""

    duplicate = serializers.CharField()
    survivor = serializers.CharField()
    carried = serializers.DictField(child=serializers.DateTimeField())
    changes = anything()
    called_off = CalledOffOut(many=True)


class WaitingOut(Plain):
    incident = serializers.CharField()
    duty = serializers.UUIDField()
    title = serializers.CharField()
    regime = serializers.CharField()
    owner = serializers.CharField()
    by = serializers.DateTimeField()


class QuestionOut(Plain):
    """`terms` are the only values that the fact may have, null where others may be."""

    fact = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    terms: Any = serializers.ListField(child=serializers.JSONField(), allow_null=True)
    answerable = serializers.BooleanField()
    by = serializers.DateTimeField()
    waiting = WaitingOut(many=True)


class QuestionsOut(Plain):
    results = QuestionOut(many=True)
    left_out = serializers.IntegerField()


class OpenOut(Plain):
    count = serializers.IntegerField()
    severities = counts()


class SystemOut(Plain):
    id = serializers.CharField()
    registered = serializers.BooleanField()
    owner_team = serializers.CharField()
    facts = serializers.DictField()
    open = OpenOut()


class WholeSystemOut(SystemOut):
    """`incidents` counts all that it has had."""

    incidents = serializers.IntegerField()


class SystemsOut(Plain):
    release = serializers.CharField()
    results = SystemOut(many=True)


OPERATIONS: Final[Operations] = {
    endings._Ending: {
        "POST": Operation(takes=inputs.ReasonIn, gives=wholes.WholeIncidentOut, example=_WHY)
    },
    endings.Void: {"POST": Operation("Void an incident")},
    endings.VoidReversal: {"POST": Operation("Open a void incident again")},
    endings.MergeReversal: {"POST": Operation("Take a merge back")},
    endings.Merges: {
        "POST": Operation(
            "Merge a duplicate", takes=endings.MergeIn, gives=MergeOut, example=_STAYS
        )
    },
    endings.MergePreview: {
        "GET": Operation(
            "See what a merge would do",
            gives=MergeOut,
            queries=(query("into", "The reference of the incident that stays.", required=True),),
        )
    },
    questions.Questions: {
        "GET": Operation(
            "List what nobody knows yet",
            gives=QuestionsOut,
            queries=(
                query("incident", "Of one incident, by its reference."),
                query("owner", "Of one role."),
            ),
        )
    },
    questions.Answers: {
        "POST": Operation(
            "Answer questions",
            takes=questions.AnswersIn,
            gives=wholes.WholeIncidentOut,
            example={"answers": {"personal_data.breach": True}, "reason": "We looked."},
        )
    },
    systems.Systems: {"GET": Operation("List systems", gives=SystemsOut)},
    systems.SystemDetail: {"GET": Operation("Read a system", gives=WholeSystemOut)},
    reassessment_runs.Runs: {"GET": Operation("List what new policies set in motion")},
    reassessment_runs.Retry: {
        "POST": Operation("Try failed reassessments now", gives=reassessment_runs.RunOut)
    },
}
