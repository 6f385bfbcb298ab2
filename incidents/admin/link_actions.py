"""Linking an incident with another, and splitting off a signal that was tied to it wrongly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms

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
from incidents.models import Incident, IncidentLink


class LinkForm(forms.Form):
    kind = fields.one_of(label="This incident is", choices=IncidentLink.Kind.choices)
    other = fields.text(label="Other incident", longest=36, help_text="Its reference.")
    reason = fields.text(label="Reason", longest=1000)


class Link(Response):
    name = "link"
    group = "Other incidents"
    label = "Link with another incident"
    explains = "Both pages show it. Nothing else follows from a link: duties and dates stay."

    def form(self, incident: Incident, data: Any = None) -> LinkForm:
        return LinkForm(data)

    def run(self, incident: Incident, form: LinkForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        other = reachable(given["other"], by)
        kind, reason = links.Kind(given["kind"]), given["reason"]
        link = links.add(incident, other, kind, reason=reason, by=by, at=at)
        return f"{incident.reference} is linked: {reads_as(link, incident)} {other.reference}."


def reachable(reference: str, by: Actor) -> Incident:
    """Another incident, for the person who acts. Raises NotFound, OutOfReach."""
    rights = authentication.rights(people.person(by))
    held = rules.access(rights, sees=(INCIDENTS_READ,), needs=(INCIDENTS_RESPOND,))
    return selectors.incident(reference, held)


class ChoiceForm(forms.Form):
    """One of several rows, and why."""

    which = fields.one_of(label="Which", choices=[])
    reason = fields.text(label="Reason", longest=1000)

    def __init__(self, data: Any, *, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["which"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", "Choose …"), *choices]


class Unlink(Response):
    name = "unlink"
    group = "Other incidents"
    label = "Remove a link"
    explains = "It was made by mistake, or holds no more. That it stood stays on record."

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(kept.linked(incident))

    def form(self, incident: Incident, data: Any = None) -> ChoiceForm:
        return ChoiceForm(
            data, choices=[(str(each.id), _named(each)) for each in kept.linked(incident)]
        )

    def run(self, incident: Incident, form: ChoiceForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        links.remove(links.one(given["which"]), reason=given["reason"], by=by, at=at)
        return "The link is removed."


class SplitSignal(Response):
    name = "split_signal"
    group = "Other incidents"
    label = "Split off a signal"
    explains = (
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
        return f"The signal is an incident of its own now: {opened.reference}."


def _named(link: IncidentLink) -> str:
    return f"{link.incident.reference}: {link.get_kind_display()} {link.other.reference}"


def _repeated(incident: Incident) -> list[tuple[str, str]]:
    """The signals that may be split off, the latest first."""
    if kept.tally(incident) is None:
        return []
    rows = incident.signals.filter(split_at__isnull=True, opened=False)[:MOST_SIGNALS]
    return [
        (
            str(each.id),
            f"{times.here(each.observed_at)}, {each.count}"
            + (f", differs in {', '.join(each.differs)}" if each.differs else ""),
        )
        for each in rows
    ]


LINKING: Final[Sequence[Action[Incident]]] = (Link(), Unlink(), SplitSignal())
