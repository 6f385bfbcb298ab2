"""A policy in plain sentences, with the titles that the rules in force give to moments."""

from datetime import datetime

from django.utils.safestring import SafeString

from policies import releases
from policies.admin import prose
from policies.documents import Document
from policies.errors import NoRelease


def of(document: Document, *, at: datetime) -> SafeString:
    try:
        moments = releases.in_force(at).moments
    except NoRelease:
        moments = {}
    return prose.html(document, moments)
