"""The operations on policies, for the description of the API."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from governance.api.operations import File, Nothing, Operation, Operations, query
from governance.api.shapes import Plain, texts
from policies.api import changes, files, impacts, inputs, response, versions


class ProblemOut(Plain):
    """`code` is listed in docs/lint.md; `pointer` leads into the document."""

    code = serializers.CharField()
    message = serializers.CharField()
    pointer = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    path = serializers.CharField(allow_null=True)
    hint = serializers.CharField(allow_null=True)


class ProblemsOut(Plain):
    problems = ProblemOut(many=True)


class MismatchOut(Plain):
    message = serializers.CharField()
    pointer = serializers.CharField()


class TestResultOut(Plain):
    test = serializers.CharField()
    example = serializers.CharField()
    mismatches = MismatchOut(many=True)
    passed = serializers.BooleanField()


class TestResultsOut(Plain):
    passed = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = TestResultOut(many=True)


class ChangeOut(Plain):
    """What applying would do with one file; `id` is that of the version, where there is one."""

    path = serializers.CharField()
    identity = serializers.CharField()
    outcome = serializers.CharField()
    why = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)


class PlanOut(Plain):
    """`absent` is in force and has no file."""

    empty = serializers.BooleanField()
    changes = ChangeOut(many=True)
    absent = texts()


class VersionsOut(Plain):
    versions = response.VersionOut(many=True)


class AppliedOut(PlanOut):
    submitted = response.VersionOut(many=True)


class FilesOut(Plain):
    """`files` maps path to text."""

    at = serializers.DateTimeField()
    files = serializers.DictField(child=serializers.CharField())


class MemberOut(Plain):
    id = serializers.UUIDField()
    identity = serializers.CharField()
    digest = serializers.CharField()


class ReleaseOut(Plain):
    at = serializers.DateTimeField()
    digest = serializers.CharField()
    members = MemberOut(many=True)


class DifferenceChangeOut(Plain):
    kind = serializers.CharField()
    document = serializers.CharField()
    subject = serializers.CharField()
    where = serializers.CharField()
    pointer_before = serializers.CharField(allow_null=True)
    pointer_after = serializers.CharField(allow_null=True)
    before = serializers.JSONField()
    after = serializers.JSONField()
    words = serializers.CharField()


class DifferenceOut(Plain):
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField()
    changes = DifferenceChangeOut(many=True)


class WholeImpactOut(impacts.ImpactOut):
    """`result` is of `all` stored incidents of the period and of those that are `open`; without the
    scope to read incidents it has the counts alone. `stale` says why it holds no longer, if so."""

    stale = serializers.CharField()
    result = serializers.DictField(allow_null=True)

    class Meta(impacts.ImpactOut.Meta):
        fields = (*impacts.ImpactOut.Meta.fields, "stale", "result")  # type: ignore[assignment]


_AT: Final = query("at", "An instant with offset; without it now.", OpenApiTypes.DATETIME)
_VERSION: Final = response.VersionWithTextOut
_ASKED: Final = {202: WholeImpactOut}

OPERATIONS: Final[Operations] = {
    versions.Versions: {
        "GET": Operation("List versions of policies"),
        "POST": Operation(
            "Draft a version",
            takes=inputs.DraftIn,
            gives=_VERSION,
            status=201,
        ),
    },
    versions.VersionDetail: {
        "GET": Operation("Read a version with its text", gives=_VERSION),
        "DELETE": Operation(gives=Nothing, status=204),
    },
    versions.Text: {"PUT": Operation("Edit a draft", takes=inputs.TextIn, gives=_VERSION)},
    versions.Problems: {"GET": Operation(gives=ProblemsOut)},
    versions.Reviews: {"GET": Operation("List what was done with a version")},
    versions.Revision: {"GET": Operation("Read a submitted text", gives=response.RevisionOut)},
    versions.InForce: {
        "GET": Operation("Read which versions are in force", gives=ReleaseOut, queries=(_AT,))
    },
    changes._Change: {"POST": Operation(gives=_VERSION)},
    changes.Submission: {"POST": Operation("Submit a draft for review")},
    changes.Withdrawal: {"POST": Operation("Withdraw a version from review")},
    changes.Comments: {"POST": Operation("Comment on a version")},
    changes.Approval: {"POST": Operation("Approve a version")},
    changes.Rejection: {"POST": Operation("Reject a version")},
    changes.Unscheduling: {"POST": Operation("Take back an approval before it is in force")},
    changes.Retirement: {"POST": Operation("Ask that a version be retired")},
    changes.RetirementAgreement: {"POST": Operation("Agree to a retirement")},
    changes.RetirementCancellation: {"POST": Operation("Cancel a retirement")},
    changes.Submissions: {"POST": Operation(takes=inputs.SubmissionsIn, gives=VersionsOut)},
    changes.Approvals: {"POST": Operation(takes=inputs.ApprovalsIn, gives=VersionsOut)},
    files.Lint: {"POST": Operation("Lint files", takes=inputs.FilesIn, gives=ProblemsOut)},
    files.Test: {"POST": Operation("Test files", takes=inputs.FilesIn, gives=TestResultsOut)},
    files.Plan: {"POST": Operation("Plan what files change", takes=inputs.FilesIn, gives=PlanOut)},
    files.Apply: {"POST": Operation("Apply files", takes=inputs.ApplyIn, gives=AppliedOut)},
    files.Export: {"GET": Operation("Export policies as files", gives=FilesOut, queries=(_AT,))},
    files.ExportArchive: {
        "GET": Operation(
            "Export policies as an archive", gives=File("application/zip"), queries=(_AT,)
        )
    },
    impacts.Difference: {
        "GET": Operation(
            "Compare a version",
            gives=DifferenceOut,
            queries=(query("to", "The id of another version.", OpenApiTypes.UUID),),
        )
    },
    impacts.VersionImpact: {
        "GET": Operation("Read the impact of a version", gives=WholeImpactOut),
        "POST": Operation(
            "Ask for the impact of a version",
            takes=inputs.ImpactIn,
            gives=WholeImpactOut,
            also=_ASKED,
        ),
    },
    impacts.Impacts: {
        "POST": Operation(
            "Ask for the impact of several versions",
            takes=inputs.ImpactsIn,
            gives=WholeImpactOut,
            also=_ASKED,
        )
    },
    impacts.Simulate: {
        "POST": Operation(
            "Ask for the impact of files",
            takes=inputs.SimulateIn,
            gives=WholeImpactOut,
            also=_ASKED,
        )
    },
    impacts.ImpactDetail: {"GET": Operation("Follow an impact", gives=WholeImpactOut)},
    impacts.Cancellation: {"POST": Operation("Cancel an impact", gives=WholeImpactOut)},
}
