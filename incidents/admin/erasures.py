"""Erasures: asked for by one, decided on by another, and what went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.accounts import people
from governance.accounts.roles import DATA_ERASE, LEDGER_READ
from governance.api.authentication import actor
from governance.console import actors, fields, labels, times
from governance.console.labels import Tone
from governance.console.lists import may, openings, wish
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger.ledger import Actor
from incidents import erasable, erasure, legal_holds, searching, selectors
from incidents.admin import history, links, signed
from incidents.models import Erasure

State = Erasure.State
_TONES: Final[dict[str, Tone]] = {State.REQUESTED: "warn", State.DONE: "good"}
_ABOUT: Final = _(
    "It is gone for good, from here; backups age out by themselves. Decisions, deadlines, digests "
    "and that it was erased stay."
)


class AskForm(forms.Form):
    incident = fields.text(
        label=_("Incident"),
        longest=32,
        required=False,
        help_text=_("Its reference, as INC-2026-000001; or a person below."),
    )
    what = fields.some_of(
        label=_("What of the incident"),
        choices=[(name, part.title) for name, part in erasable.PARTS.items()],
        help_text=_("Notices that are being written and messages on their way stay whole."),
    )
    person = fields.text(
        label=_("Person"),
        longest=150,
        required=False,
        help_text=_(
            "User name of an account: its name and address go, its keys end, it is closed."
        ),
    )
    ground = fields.text(
        label=_("Legal ground"),
        longest=1000,
        help_text=_("As GDPR Art. 17(1)(d), or Art. 5(1)(e)."),
    )
    reason = fields.lines(
        label=_("Reason"),
        longest=4000,
        help_text=_("It stays in the audit trail: name nobody whose data go."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("incident")) == bool(given.get("person")):
            raise forms.ValidationError(gettext("Name an incident or a person, one of them."))
        if given.get("incident") and not given.get("what"):
            self.add_error("what", gettext("Choose what of the incident is to go."))
        return given


class NoteForm(forms.Form):
    note = fields.lines(label=_("Note"), longest=4000, required=False)


class ApproveForm(NoteForm):
    sure = fields.confirmation(label=_("I know that this cannot be undone"))


class RefusalForm(forms.Form):
    note = fields.lines(label=_("Reason"), longest=4000)


class _Change(Action[Erasure]):
    needs = DATA_ERASE

    def possible(self, row: Erasure) -> bool:
        return row.state == State.REQUESTED

    def form(self, row: Erasure, data: Any = None) -> forms.Form:
        return NoteForm(data)


class Approve(_Change):
    name, label = "approve", _("Approve and erase")
    explains = format_lazy(
        _("At once. {about} You answer for the ground; who asked cannot approve."), about=_ABOUT
    )
    prominent = True

    def form(self, row: Erasure, data: Any = None) -> forms.Form:
        return ApproveForm(data)

    def run(self, row: Erasure, form: Any, *, by: Actor, at: datetime) -> str:
        done = erasure.approve(row, note=form.cleaned_data["note"], by=by, at=at)
        number = sum(done.erased.values())
        return ngettext(
            "Erased: %(number)s thing. The audit trail names each.",
            "Erased: %(number)s things. The audit trail names each.",
            number,
        ) % {"number": number}


class Refuse(_Change):
    name, label = "refuse", _("Refuse")
    explains = _("Nothing is erased. Say why: whoever asked has to be told.")

    def form(self, row: Erasure, data: Any = None) -> forms.Form:
        return RefusalForm(data)

    def run(self, row: Erasure, form: Any, *, by: Actor, at: datetime) -> str:
        erasure.refuse(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("The erasure is refused.")


class Withdraw(_Change):
    name, label = "withdraw", _("Withdraw")
    explains = _("You take your request back. Nothing is erased.")

    def run(self, row: Erasure, form: Any, *, by: Actor, at: datetime) -> str:
        erasure.withdraw(row, note=form.cleaned_data["note"], by=by, at=at)
        return gettext("Your request is withdrawn.")


@admin.register(Erasure)
class ErasureAdmin(MakingAdmin[Erasure]):
    needs = LEDGER_READ
    heading = _("Erasures")
    manual = "officer#personal-data"
    explains = _(
        "Personal data of an incident or of a person with an account, erased on a legal ground. "
        "One person asks, another decides; what has been kept long enough goes by itself."
    )
    when_empty = _("Nothing was erased, and nobody has asked for it. Ask with the button above.")
    list_display = ("state_shown", "what_shown", "ground", "requested")
    list_display_links = ("what_shown",)
    list_filter = ("state",)
    search = searching.ERASURES
    page_template = "incidents/erasure.html"
    page_actions = (Approve(), Refuse(), Withdraw())
    making_form = AskForm
    making_title = _("Ask for an erasure")
    making_explains = format_lazy(
        _("Nothing is erased before another person approves. Then: {about}"), about=_ABOUT
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return DATA_ERASE in openings(request, Erasure)

    def rows(self, request: HttpRequest) -> QuerySet[Erasure]:
        return Erasure.objects.select_related("incident")

    def prepare(self, rows: Sequence[Erasure], request: HttpRequest) -> None:
        names = actors.names(row.requested_by for row in rows)
        for row in rows:
            row.asked_by = names.get(row.requested_by, "")  # type: ignore[attr-defined]

    def offered(self, request: HttpRequest, obj: Erasure) -> list[Action[Erasure]]:
        """Who asked withdraws; others decide."""
        own = obj.requested_by == people.behind(actor(request))
        found = super().offered(request, obj)
        return [each for each in found if (each.name == "withdraw") == own]

    @admin.display(description=_("State"))
    def state_shown(self, row: Erasure) -> SafeString:
        return labels.label(row.get_state_display(), _TONES.get(row.state, "plain"))

    @admin.display(description=_("Of"))
    def what_shown(self, row: Erasure) -> str:
        return (
            row.incident.reference
            if row.incident is not None
            else gettext("Person %(person)s") % {"person": row.person}
        )

    @admin.display(description=_("Asked for"))
    def requested(self, row: Erasure) -> SafeString:
        return format_html(
            '{}<span class="by-under">{}</span>',
            row.asked_by,  # type: ignore[attr-defined]
            times.stamp(row.requested_at),
        )

    def page(self, request: HttpRequest, obj: Erasure) -> dict[str, Any]:
        names = actors.names([obj.requested_by, obj.decided_by])
        return {
            "row": obj,
            "state": self.state_shown(obj),
            "asked": _asked(obj, names),
            "parts": _parts(obj),
            "holds": legal_holds.on(obj.incident) if obj.incident is not None else [],
            "own": obj.state == State.REQUESTED
            and obj.requested_by == people.behind(actor(request)),
            "history": history.of(obj.id, may_read=may(request, LEDGER_READ, obj)),
        }

    def make(self, request: HttpRequest, form: AskForm, *, by: Actor, at: datetime) -> HttpResponse:
        given = form.cleaned_data
        why: dict[str, Any] = {"ground": given["ground"], "reason": given["reason"]}
        if given["incident"]:
            incident = selectors.incident(given["incident"], wish(request, DATA_ERASE))
            row = erasure.request(incident, given["what"], **why, by=by, at=at)
        else:
            wish(request, DATA_ERASE).require(None)
            user = people.named(given["person"])
            row = erasure.request_person(user, **why, by=by, at=at)
        return HttpResponseRedirect(reverse("admin:incidents_erasure_change", args=[row.id]))


def _asked(row: Erasure, names: Any) -> list[tuple[str, object]]:
    subject: object = gettext("Account %(person)s") % {"person": row.person}
    if row.incident is not None:
        subject = links.incident(row.incident)
    asked = signed.by(row.requested_at, names.get(row.requested_by, row.requested_by))
    rows: list[tuple[str, object]] = [
        (gettext("Of"), subject),
        (gettext("Legal ground"), row.ground),
        (gettext("Reason"), row.reason),
        (gettext("Asked for"), asked),
    ]
    if row.decided_at is not None:
        by = names.get(row.decided_by, gettext("time"))
        rows.append((gettext("Decided"), signed.by(row.decided_at, by)))
    rows.append((gettext("Note"), row.note))
    return [(name, value) for name, value in rows if value]


def _parts(row: Erasure) -> list[tuple[str, object]]:
    """Each part with how many things of it went, or would."""
    if row.state != State.REQUESTED or row.incident is None:
        return [(_title(name), number) for name, number in row.erased.items()]
    there = erasure.preview(row.incident)
    return [(_title(name), there[name]) for name in row.what]


def _title(name: str) -> str:
    part = erasable.PARTS.get(name)
    return str(part.title) if part is not None else name.capitalize()
