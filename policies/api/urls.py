from django.urls import path

from policies.api import versions

urlpatterns = [
    path("policies", versions.Versions.as_view(), name="policies"),
    path("policies/<uuid:id>", versions.VersionDetail.as_view(), name="policy"),
    path("release", versions.InForce.as_view(), name="release"),
]
