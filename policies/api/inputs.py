"""What may be sent about policies."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.inputs import InstantField, Strict
from policies import impacts
from policies.models import PolicyReview

MOST_FILES: Final = 2000
NOW: Final = "now"
_TEXT: Final = 1024 * 1024


def _comment(*, required: bool) -> serializers.CharField:
    if required:
        return serializers.CharField(max_length=4000)
    return serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=_TEXT, trim_whitespace=False)


def _instant() -> InstantField:
    return InstantField(required=False, allow_null=True, default=None)


class DraftIn(Strict):
    text = _text()


class TextIn(Strict):
    """`text_digest` is that of the text the editor began with."""

    text = _text()
    text_digest = serializers.CharField(max_length=64, required=False, default=None)


class CommentIn(Strict):
    comment = _comment(required=True)


class WithdrawalIn(Strict):
    comment = _comment(required=False)


class SubmissionIn(Strict):
    effective_from = _instant()
    comment = _comment(required=False)


class SubmissionsIn(SubmissionIn):
    versions = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_FILES
    )


@extend_schema_field(
    {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "const": "now"}]}
)
class WhenField(InstantField):
    """An instant, or the word `now`."""

    def to_internal_value(self, value: Any) -> Any:
        return value if value == NOW else super().to_internal_value(value)


class _DecisionIn(Strict):
    """Without `effective_from` it is the day that the authors asked for."""

    effective_from = WhenField(required=False, allow_null=True, default=None)
    reassess = serializers.ChoiceField(
        choices=PolicyReview.Reassess.values, default=PolicyReview.Reassess.NONE.value
    )
    comment = _comment(required=False)
    impact = serializers.UUIDField(required=False, allow_null=True, default=None)


class ApprovalIn(_DecisionIn):
    """`text_digest` is that of the text which the approver read."""

    text_digest = serializers.CharField(max_length=64)


class ReadIn(Strict):
    id = serializers.UUIDField()
    text_digest = serializers.CharField(max_length=64)


class ApprovalsIn(_DecisionIn):
    versions = serializers.ListField(child=ReadIn(), min_length=1, max_length=MOST_FILES)


class RetirementIn(Strict):
    until = _instant()
    comment = _comment(required=True)


class FileIn(Strict):
    path = serializers.CharField(max_length=250)
    text = serializers.CharField(max_length=_TEXT, trim_whitespace=False, allow_blank=True)


class FilesIn(Strict):
    files = serializers.ListField(child=FileIn(), min_length=1, max_length=MOST_FILES)
    at = _instant()

    def validate_files(self, files: list[dict[str, Any]]) -> list[tuple[str, str]]:
        pairs = [(file["path"], file["text"]) for file in files]
        if len(dict(pairs)) < len(pairs):
            raise serializers.ValidationError("A path stands twice.", code="duplicate-path")
        return pairs


def _days() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=impacts.MOST_DAYS, default=impacts.DAYS)


class ImpactIn(Strict):
    days = _days()
    effective_from = _instant()


class ImpactsIn(ImpactIn):
    """Several versions that are to hold from one day."""

    versions = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_FILES
    )


class SimulateIn(Strict):
    files = serializers.ListField(child=FileIn(), min_length=1, max_length=MOST_FILES)
    days = _days()
    effective_from = _instant()

    def validate_files(self, files: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [(file["path"], file["text"]) for file in files]


class ApplyIn(FilesIn):
    effective_from = _instant()
    comment = _comment(required=False)
