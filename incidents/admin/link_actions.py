"""Linking an incident with another, and splitting off a signal that was tied to it wrongly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import rules
from governance.accounts import people
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import flow, links, selectors, signals
from incidents.admin import kept
from incidents.admin.response_actions import Response
from incidents.admin.surroundings import MOST_SIGNALS, reads_as
from incidents.models import Incident, IncidentLink, Signal


class LinkForm(forms.Form):
    kind = fields.one_of(label=_("This incident is"), choices=IncidentLink.Kind.choices)
    other = fields.text(label=_("Other incident"), longest=36, help_text=_("Its reference."))
    reason = fields.text(label=_("Reason"), longest=1000)


class Link(Response):
    name = "link"
    group = _("Other incidents")
    label = _("Link with another incident")
    explains = _("Both pages show it. Nothing else follows from a link: duties and dates stay.")

    def form(self, incident: Incident, data: Any = None) -> LinkForm:
        return LinkForm(data)

    def run(self, incident: Incident, form: LinkForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        other = reachable(given["other"], by)
        kind, reason = links.Kind(given["kind"]), given["reason"]
        link = links.add(incident, other, kind, reason=reason, by=by, at=at)
        return gettext("%(reference)s is linked: %(link)s %(other)s.") % {
            "reference": incident.reference,
            "link": reads_as(link, incident),
            "other": other.reference,
        }


def reachable(reference: str, by: Actor) -> Incident:
    """Another incident, for the person who acts. Raises NotFound, OutOfReach."""
    rights = authentication.rights(people.person(by))
    held = rules.access(rights, sees=(INCIDENTS_READ,), needs=(INCIDENTS_RESPOND,))
    return selectors.incident(reference, held)


class ChoiceForm(forms.Form):
    """One of several rows, and why."""

    which = fields.one_of(label=_("Which"), choices=[])
    reason = fields.text(label=_("Reason"), longest=1000)

    def __init__(self, data: Any, *, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["which"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", gettext("Choose …")), *choices]


class Unlink(Response):
    name = "unlink"
    group = _("Other incidents")
    label = _("Remove a link")
    explains = _("It was made by mistake, or holds no more. That it stood stays on record.")

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(kept.linked(incident))

    def form(self, incident: Incident, data: Any = None) -> ChoiceForm:
        return ChoiceForm(
            data, choices=[(str(each.id), _named(each)) for each in kept.linked(incident)]
        )

    def run(self, incident: Incident, form: ChoiceForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        links.remove(links.one(given["which"]), reason=given["reason"], by=by, at=at)
        return gettext("The link is removed.")


class SplitSignal(Response):
    name = "split_signal"
    group = _("Other incidents")
    label = _("Split off a signal")
    explains = _(
        "The signal is of another trouble. Its report opens an incident of its own under the "
        "policies in force, and counts here no more."
    )

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(_repeated(incident))

    def form(self, incident: Incident, data: Any = None) -> ChoiceForm:
        return ChoiceForm(data, choices=_repeated(incident))

    def run(self, incident: Incident, form: ChoiceForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        signal = signals.one(given["which"])
        opened = flow.split(signal, reason=given["reason"], by=by, at=at)
        return gettext("The signal is an incident of its own now: %(reference)s.") % {
            "reference": opened.reference
        }


def _named(link: IncidentLink) -> str:
    return f"{link.incident.reference}: {link.get_kind_display()} {link.other.reference}"


def _repeated(incident: Incident) -> list[tuple[str, str]]:
    """The signals that may be split off, the latest first."""
    if kept.tally(incident) is None:
        return []
    rows = incident.signals.filter(split_at__isnull=True, opened=False)[:MOST_SIGNALS]
    return [(str(each.id), _counted(each)) for each in rows]


def _counted(signal: Signal) -> str:
    seen = {"at": times.here(signal.observed_at), "count": signal.count}
    if not signal.differs:
        return gettext("%(at)s, %(count)s") % seen
    return gettext("%(at)s, %(count)s, differs in %(paths)s") % {
        **seen,
        "paths": ", ".join(signal.differs),
    }


LINKING: Final[Sequence[Action[Incident]]] = (Link(), Unlink(), SplitSignal())
