"""How a version is named and placed in time on a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.console import labels, times
from governance.console.labels import Tone
from policies.models import PolicyVersion, Standing

_TONES: Final[Mapping[Standing, Tone]] = {
    Standing.IN_REVIEW: "warn",
    Standing.SCHEDULED: "info",
    Standing.IN_FORCE: "good",
}


def label(version: PolicyVersion, *, at: datetime) -> SafeString:
    standing = version.standing(at)
    return labels.label(standing.label, _TONES.get(standing, "plain"))


def span(version: PolicyVersion) -> SafeString | str:
    if version.effective_from is None:
        return gettext("no date yet")
    if version.effective_until is None:
        return format_html(gettext("from {time}"), time=times.stamp(version.effective_from))
    first, last = times.stamp(version.effective_from), times.stamp(version.effective_until)
    return format_html(gettext("{first} to {last}"), first=first, last=last)


def approval(version: PolicyVersion, names: Mapping[str, str]) -> str:
    """Who let it come into force; `names` are those of the actors."""
    if version.approved_at is None:
        return gettext("nobody yet")
    if version.approved_by_a_person:
        return names.get(version.approved_by, version.approved_by)
    shipped = version.origin.startswith("pack:")
    return gettext("shipped with the product") if shipped else gettext("installed at set-up")


def author(name: str, names: Mapping[str, str]) -> str:
    """One of `authors`: a person, a key, or what the text was installed from."""
    kind, _, rest = name.partition(":")
    match kind:
        case "pack":
            return gettext("the pack %(name)s") % {"name": rest}
        case "files":
            return gettext("the files %(name)s") % {"name": rest}
        case _:
            return names.get(name, name)


def url(version: PolicyVersion) -> str:
    return reverse("admin:policies_policyversion_change", args=[version.id])


def link(version: PolicyVersion) -> SafeString:
    return format_html(
        '<a class="by-link" href="{}">{}</a> <code>{}</code>',
        url(version),
        version.title,
        version,
    )
