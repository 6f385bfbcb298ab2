"""The console's frame around the pages of the sign-on, which no ModelAdmin answers."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest

_OURS: Final = ("/account/", "/login/", "/logout/")


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor."""
    if not request.path.startswith(_OURS):
        return {}
    return dict(admin.site.each_context(request))
