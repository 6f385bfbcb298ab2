from django.urls import path

from incidents.api import (
    clocks,
    incidents,
    moments,
    reassessments,
    schedule,
    statistics,
    submissions,
)

urlpatterns = [
    path("incidents", incidents.Incidents.as_view(), name="incidents"),
    path("incidents/<str:reference>", incidents.IncidentDetail.as_view(), name="incident"),
    path("incidents/<str:reference>/amendments", incidents.Amendments.as_view()),
    path("incidents/<str:reference>/moments", incidents.Moments.as_view()),
    path("incidents/<str:reference>/acknowledgement", incidents.Acknowledgement.as_view()),
    path("incidents/<str:reference>/snooze", incidents.Snooze.as_view()),
    path("incidents/<str:reference>/handover", incidents.Handover.as_view()),
    path("incidents/<str:reference>/state", incidents.State.as_view()),
    path("incidents/<str:reference>/reassessment-preview", reassessments.Preview.as_view()),
    path("incidents/<str:reference>/reassessments", reassessments.OfIncident.as_view()),
    path("moments/<uuid:id>/choice", moments.Choices.as_view()),
    path("moments/<uuid:id>/choice-preview", moments.Preview.as_view()),
    path("moments/<uuid:id>/withdrawal", moments.Withdrawals.as_view()),
    path("duties", clocks.Duties.as_view(), name="duties"),
    path("clocks", clocks.Clocks.as_view(), name="clocks"),
    path("clocks/<uuid:id>", clocks.ClockDetail.as_view(), name="clock"),
    path("clocks/<uuid:id>/fulfilment", clocks.Fulfilments.as_view()),
    path("timers", schedule.Timers.as_view(), name="timers"),
    path("timers/<uuid:id>", schedule.TimerDetail.as_view(), name="timer"),
    path("clocks/<uuid:id>/history", clocks.History.as_view()),
    path("reassessments", reassessments.Reassessments.as_view(), name="reassessments"),
    path("submissions", submissions.Submissions.as_view(), name="submissions"),
    path("submissions/<uuid:id>", submissions.SubmissionDetail.as_view(), name="submission"),
    path("submissions/<uuid:id>/correction", submissions.Correction.as_view()),
    path("statistics", statistics.Statistics.as_view(), name="statistics"),
]
