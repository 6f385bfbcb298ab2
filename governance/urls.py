"""Every address of the service; what lies below a prefix is its package's own business."""

from django.contrib import admin
from django.urls import include, path, re_path

from governance.api import description, health, metrics, unknown

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.scrape, name="metrics"),
    path("api/docs/", description.Pages.as_view(), name="api-docs"),
    path("api/v1/", include("governance.api.urls")),
    path("api/v1/", include("policies.api.urls")),
    path("api/v1/", include("incidents.api.urls")),
    re_path(r"^api/", unknown.Unknown.as_view()),
    path("mail/", include("governance.mailcatcher.urls")),
    # Before the console, whose own pages to sign in and out they stand in for.
    path("", include("governance.signon.urls")),
    path("", admin.site.urls),
]
