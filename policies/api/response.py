"""How policies are shown."""

from typing import Any

from rest_framework import serializers

from governance import clock
from policies.models import PolicyReview, PolicyVersion


class VersionOut(serializers.ModelSerializer[PolicyVersion]):
    """`standing` is that of now. `approved_by_a_person` is false of what shipped with the product
    or was installed from files at set-up."""

    identity = serializers.CharField(source="__str__")
    standing = serializers.SerializerMethodField()
    approved_by_a_person = serializers.BooleanField()

    class Meta:
        model = PolicyVersion
        fields = (
            "id",
            "identity",
            "kind",
            "name",
            "version",
            "title",
            "standing",
            "revision",
            "digest",
            "origin",
            "authors",
            "created_at",
            "approved_by",
            "approved_by_a_person",
            "approved_at",
            "effective_from",
            "effective_until",
            "retire_at",
            "retire_asked_by",
            "retired_by",
        )

    def get_standing(self, version: PolicyVersion) -> str:
        return version.standing(self.context.get("at") or clock.now()).value


class VersionWithTextOut(VersionOut):
    """`text_digest` is the SHA-256 of the text byte for byte, to be named when approving."""

    class Meta(VersionOut.Meta):
        fields = (*VersionOut.Meta.fields, "text", "text_digest")  # type: ignore[assignment]


class ReviewOut(serializers.ModelSerializer[PolicyReview]):
    class Meta:
        model = PolicyReview
        fields = (
            "id",
            "version",
            "change_set",
            "act",
            "by",
            "person",
            "at",
            "revision",
            "digest",
            "text_digest",
            "comment",
            "effective_from",
            "effective_until",
            "reassess",
            "impact",
        )


class RevisionOut(ReviewOut):
    class Meta(ReviewOut.Meta):
        fields = (*ReviewOut.Meta.fields, "text")  # type: ignore[assignment]


def version(found: PolicyVersion) -> Any:
    return VersionWithTextOut(found).data


def versions(found: list[PolicyVersion]) -> dict[str, Any]:
    return {"versions": VersionOut(found, many=True).data}
