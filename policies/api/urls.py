from django.urls import path

from policies.api import changes, files, impacts, versions

_ONE = "policies/<uuid:id>"

urlpatterns = [
    path("policies", versions.Versions.as_view(), name="policies"),
    path("policies/lint", files.Lint.as_view()),
    path("policies/test", files.Test.as_view()),
    path("policies/plan", files.Plan.as_view()),
    path("policies/apply", files.Apply.as_view()),
    path("policies/export", files.Export.as_view()),
    path("policies/export.zip", files.ExportArchive.as_view(), name="policies-archive"),
    path("policies/submissions", changes.Submissions.as_view()),
    path("policies/approvals", changes.Approvals.as_view()),
    path("policies/impacts", impacts.Impacts.as_view()),
    path("policies/simulate", impacts.Simulate.as_view()),
    path(_ONE, versions.VersionDetail.as_view(), name="policy"),
    path(f"{_ONE}/text", versions.Text.as_view()),
    path(f"{_ONE}/problems", versions.Problems.as_view()),
    path(f"{_ONE}/reviews", versions.Reviews.as_view()),
    path(f"{_ONE}/revisions/<int:revision>", versions.Revision.as_view()),
    path(f"{_ONE}/submission", changes.Submission.as_view()),
    path(f"{_ONE}/withdrawal", changes.Withdrawal.as_view()),
    path(f"{_ONE}/comments", changes.Comments.as_view()),
    path(f"{_ONE}/approval", changes.Approval.as_view()),
    path(f"{_ONE}/rejection", changes.Rejection.as_view()),
    path(f"{_ONE}/unscheduling", changes.Unscheduling.as_view()),
    path(f"{_ONE}/retirement", changes.Retirement.as_view()),
    path(f"{_ONE}/retirement/agreement", changes.RetirementAgreement.as_view()),
    path(f"{_ONE}/retirement/cancellation", changes.RetirementCancellation.as_view()),
    path(f"{_ONE}/difference", impacts.Difference.as_view()),
    path(f"{_ONE}/impact", impacts.VersionImpact.as_view()),
    path("impacts/<uuid:id>", impacts.ImpactDetail.as_view(), name="impact"),
    path("impacts/<uuid:id>/cancellation", impacts.Cancellation.as_view()),
    path("release", versions.InForce.as_view(), name="release"),
]
