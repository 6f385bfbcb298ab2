"""What is answered as a mapping of its own rather than by a serializer of a row, described."""

from typing import Any, Final

from rest_framework import serializers

from governance.api.shapes import Plain, anything, counts, texts
from incidents.api import response, schedule
from incidents.api.annotations import NoteOut
from incidents.api.links import LinkOut
from incidents.api.notice_response import AttachmentOut, NoticeOut, RevisionOut
from incidents.api.team import RoleOut


class SeverityOut(Plain):
    """`rules` are those that raised it, `because` says so in words."""

    level = serializers.CharField()
    provisional = serializers.BooleanField()
    rules = anything()
    because = texts()
    missing = texts()


class HeldSeverityOut(SeverityOut):
    """`level` is what holds; `computed` what the policies say, for the reasons given, which a
    person's word, the `override`, may raise or lower."""

    computed = serializers.CharField()
    override = response.SeverityOverrideOut(allow_null=True)


class CandidateOut(response.MomentOut):
    """A record of a moment: whether it `counts`, and by which choice."""

    counts = serializers.BooleanField()
    choice = response.ChoiceOut(allow_null=True)
    withdrawal = response.WithdrawalOut(allow_null=True)

    class Meta(response.MomentOut.Meta):
        fields = (*response.MomentOut.Meta.fields, "counts", "choice", "withdrawal")  # type: ignore[assignment]


class CandidatesOut(Plain):
    results = CandidateOut(many=True)


class DecisionOut(Plain):
    """The last one, and the release under which it was made."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    release = serializers.CharField()
    digest = serializers.CharField()


class WholeIncidentOut(response.IncidentOut):
    """With its decision, duties, moments and timeline."""

    severity = HeldSeverityOut()
    report = serializers.DictField()
    moments = CandidateOut(many=True)
    duties = response.DutyOut(many=True)
    decision = DecisionOut()
    timeline = response.TimelineOut(many=True)

    class Meta(response.IncidentOut.Meta):
        fields = (  # type: ignore[assignment]
            *(each for each in response.IncidentOut.Meta.fields if each != "severity_provisional"),
            "report",
            "moments",
            "duties",
            "decision",
            "timeline",
        )


class ReportedIncidentOut(WholeIncidentOut):
    """`submission` is where the report is kept as it was sent."""

    submission = serializers.UUIDField()

    class Meta(WholeIncidentOut.Meta):
        fields = (*WholeIncidentOut.Meta.fields, "submission")


class StepOut(Plain):
    id = serializers.CharField()
    title = serializers.CharField()
    phase = serializers.CharField()
    role = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    instructions = serializers.CharField()
    action = serializers.JSONField()
    rmf = texts()


class PlaybookOut(Plain):
    policy = serializers.CharField()
    title = serializers.CharField()
    missing = texts()
    steps = StepOut(many=True)


class SectionOut(Plain):
    id = serializers.CharField()
    title = serializers.CharField()
    prompt = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # DRF's own is of the field


class ReviewOut(Plain):
    policy = serializers.CharField()
    title = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    facilitator = serializers.CharField()
    participants = texts()
    sections = SectionOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name that Python has."""
        return {**super().get_fields(), "from": serializers.CharField()}


class TallyOut(Plain):
    """How often the trouble was signalled: `reports` came in, which stand for `count`."""

    count = serializers.IntegerField()
    reports = serializers.IntegerField()
    first = serializers.DateTimeField()
    last = serializers.DateTimeField()


#: A signal that was counted on an open incident. Who may read it gets the whole of it, and in
#: `differs` what this report says otherwise; who may not, its reference.
CORRELATED: Final[Any] = {
    "type": "object",
    "required": ["reference", "correlated", "signals", "submission"],
    "properties": {
        "reference": {"type": "string"},
        "correlated": {"type": "boolean", "const": True},
        "signals": {
            "type": ["object", "null"],
            "properties": {"count": {"type": "integer"}, "reports": {"type": "integer"}},
        },
        "submission": {"type": "string", "format": "uuid"},
    },
}


class AdvisedIncidentOut(WholeIncidentOut):
    """With what stands around it, the playbooks to follow and the reviews that it owes."""

    signals = TallyOut(allow_null=True)
    links = LinkOut(many=True)
    roles = RoleOut(many=True)
    notes = NoteOut(many=True)
    merged_into = serializers.CharField(allow_null=True)
    playbooks = PlaybookOut(many=True)
    reviews = ReviewOut(many=True)

    class Meta(WholeIncidentOut.Meta):
        fields = (
            *WholeIncidentOut.Meta.fields,
            "signals",
            "links",
            "roles",
            "notes",
            "merged_into",
            "playbooks",
            "reviews",
        )


class EffectOut(Plain):
    """What deciding anew would change; `shown` names exactly that, for confirming it."""

    release_before = serializers.CharField()
    release_after = serializers.CharField()
    severity_before = serializers.CharField()
    severity_after = serializers.CharField()
    changes = anything()
    findings = anything()
    shown = serializers.CharField()


class IncidentEffectOut(EffectOut):
    incident = serializers.CharField()


class ClockChangeOut(Plain):
    """`changes` maps a column to `{before, after}`."""

    entry = serializers.UUIDField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    verb = serializers.CharField()
    because = serializers.CharField()
    changes = serializers.DictField()


class HistoryOut(Plain):
    results = ClockChangeOut(many=True)


class FactOut(Plain):
    name = serializers.CharField()
    value = serializers.JSONField()


class SaidOut(Plain):
    id = serializers.UUIDField()
    channel = serializers.CharField()
    destination = serializers.CharField()
    state = serializers.CharField()
    attempts = serializers.IntegerField()
    last_error = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)


class ExplanationOut(Plain):
    verdict = serializers.CharField()
    rule = serializers.CharField()
    facts = FactOut(many=True)
    messages = SaidOut(many=True)


class ExplainedTimerOut(schedule.TimerOut):
    explanation = ExplanationOut()

    class Meta(schedule.TimerOut.Meta):
        fields = (*schedule.TimerOut.Meta.fields, "explanation")  # type: ignore[assignment]


class ItemOut(Plain):
    """What a notice has to say."""

    item = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=["fact", "words"])
    state = serializers.CharField()
    covered = serializers.BooleanField()
    value = serializers.JSONField()
    where = serializers.CharField()


class ChangedFactOut(Plain):
    path = serializers.CharField()
    then = serializers.JSONField()
    now = serializers.JSONField()


class WholeNoticeOut(NoticeOut):
    """With its present text, every required item, its texts and its files."""

    subject = serializers.CharField()
    body = serializers.CharField()
    enclosures = anything()
    digest = serializers.CharField()
    items = ItemOut(many=True)
    unknown_facts = texts()
    changed_facts = ChangedFactOut(many=True)
    revisions = RevisionOut(many=True)
    attachments = AttachmentOut(many=True)

    class Meta(NoticeOut.Meta):
        fields = (  # type: ignore[assignment]
            *NoticeOut.Meta.fields,
            "subject",
            "body",
            "enclosures",
            "digest",
            "items",
            "unknown_facts",
            "changed_facts",
            "revisions",
            "attachments",
        )


class PartsOut(Plain):
    """How many things of each part there are."""

    parts = counts()


class KeepingOut(Plain):
    title = serializers.CharField()
    parts = texts()
    period = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField()
    legal_holds = serializers.ListField(child=serializers.UUIDField())
    erased_at = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """`class` is no name that Python has."""
        return {"class": serializers.CharField(), **super().get_fields()}


class RetentionOut(Plain):
    results = KeepingOut(many=True)


class CountsOut(Plain):
    """Submissions by status, incidents in all and by severity."""

    submissions = counts()
    incidents = serializers.IntegerField()
    severities = counts()
