"""Giving roles in an incident, ending them, and writing notes for its timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import User
from governance.api import withheld
from governance.console import fields, times
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import annotations, team
from incidents.admin import kept, surroundings
from incidents.admin.link_actions import ChoiceForm
from incidents.admin.response_actions import Response
from incidents.models import Incident, TimelineNote

_SHORT: Final = 60


class RoleForm(forms.Form):
    role = fields.one_of(label=_("Role"), choices=[])
    person = fields.one_of(label=_("Person"), choices=[])
    reason = fields.text(label=_("Reason"), longest=1000)

    def __init__(self, data: Any, *, roles: Mapping[str, str]) -> None:
        super().__init__(data)
        active = User.objects.filter(is_active=True).order_by("username")
        names = [(name, name) for name in active.values_list("username", flat=True)]
        for field, choices in (("role", [*roles.items()]), ("person", names)):
            chosen = self.fields[field]
            if isinstance(chosen, forms.ChoiceField):
                chosen.choices = [("", gettext("Choose …")), *choices]


class AssignRole(Response):
    name = "assign_role"
    group = _("People")
    label = _("Give a role")
    explains = _("The page shows who does what. Who is told of what follows the matrix as before.")

    def form(self, incident: Incident, data: Any = None) -> RoleForm:
        return RoleForm(data, roles=surroundings.roles(incident))

    def run(self, incident: Incident, form: RoleForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        role, person = given["role"], given["person"]
        team.assign(incident, role, person, reason=given["reason"], by=by, at=at)
        return gettext("%(person)s is %(role)s of %(reference)s.") % {
            "person": person,
            "role": surroundings.roles(incident)[role],
            "reference": incident.reference,
        }


class EndRole(Response):
    name = "end_role"
    group = _("People")
    label = _("End a role")
    explains = _("That it was held stays on record.")

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(kept.roles(incident))

    def form(self, incident: Incident, data: Any = None) -> ChoiceForm:
        held = kept.roles(incident)
        return ChoiceForm(data, choices=[(str(each.id), str(each)) for each in held])

    def run(self, incident: Incident, form: ChoiceForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        row = team.end(team.one(given["which"]), reason=given["reason"], by=by, at=at)
        return gettext("%(person)s has this role no more.") % {"person": row.person}


class NoteForm(forms.Form):
    text = fields.lines(label=_("Note"), longest=10_000)
    happened_at = fields.InstantField(
        label=_("When it happened"), required=False, help_text=_("Now, where it is left empty.")
    )


class WriteNote(Response):
    name = "write_note"
    label = _("Write a note")
    explains = _("It stays as it is written; a correction is a note of its own.")

    def form(self, incident: Incident, data: Any = None) -> NoteForm:
        return NoteForm(data)

    def run(self, incident: Incident, form: NoteForm, *, by: Actor, at: datetime) -> str:
        about = form.cleaned_data["happened_at"] or at
        annotations.write(incident, form.cleaned_data["text"], about=about, by=by, at=at)
        return gettext("The note is on the timeline.")


class CorrectionForm(NoteForm):
    which = fields.one_of(label=_("Which"), choices=[])
    field_order = ("which", "text", "happened_at")

    def __init__(self, data: Any, *, notes: Sequence[TimelineNote]) -> None:
        super().__init__(data)
        self.fields["happened_at"].help_text = gettext("As before, where it is left empty.")
        chosen = self.fields["which"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [
                ("", gettext("Choose …")),
                *((str(each.id), _named(each)) for each in notes),
            ]


class CorrectNote(Response):
    name = "correct_note"
    group = _("Record")
    label = _("Correct a note")
    explains = _("The new text stands in the place of the old one, which can still be read.")

    def possible(self, incident: Incident) -> bool:
        return super().possible(incident) and bool(_standing(incident))

    def form(self, incident: Incident, data: Any = None) -> CorrectionForm:
        return CorrectionForm(data, notes=_standing(incident))

    def run(self, incident: Incident, form: CorrectionForm, *, by: Actor, at: datetime) -> str:
        given = form.cleaned_data
        note = annotations.one(given["which"])
        annotations.correct(note, given["text"], about=given["happened_at"], by=by, at=at)
        return gettext("The note is corrected.")


def _standing(incident: Incident) -> list[TimelineNote]:
    return [each for each in kept.notes(incident) if not hasattr(each, "correction")]


def _named(note: TimelineNote) -> str:
    text = withheld.text(note.text, note)
    more = "…" if len(text) > _SHORT else ""
    return f"{times.here(note.at)}: {text[:_SHORT]}{more}"


TEAM: Final[Sequence[Action[Incident]]] = (
    WriteNote(),
    CorrectNote(),
    AssignRole(),
    EndRole(),
)
