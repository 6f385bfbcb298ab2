"""Evidence packages: asked for, watched and fetched at the console."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from governance.access.rules import Access
from governance.accounts.roles import EVIDENCE_EXPORT, PERSONAL_READ
from governance.api import withheld
from governance.console import actors, fields, instant, labels, times
from governance.console.labels import Tone
from governance.console.lists import wish
from governance.console.making import MakingAdmin
from governance.console.pages import Action
from governance.ledger import keys
from governance.ledger.ledger import Actor
from incidents import searching, selectors
from incidents.admin import package_check
from incidents.disclosure import fetchable
from incidents.evidence import exports, sharing
from incidents.evidence.redaction import Redaction
from incidents.models import Export, ExportShare, Incident

State = Export.State
#: Packages on the page of an incident; the list has them all.
MOST_SHOWN: Final = 20
_TONES: Final[dict[str, Tone]] = {
    State.WAITING: "info",
    State.RUNNING: "info",
    State.DONE: "good",
    State.FAILED: "bad",
}


class PackageForm(forms.Form):
    kind = fields.one_of(label=_("Of what"), choices=Export.Kind.choices)
    incident = fields.text(
        label=_("Incident"),
        longest=40,
        required=False,
        help_text=_("For one incident: its reference, as in INC-2026-000123."),
    )
    since = fields.InstantField(
        label=_("From"),
        required=False,
        help_text=_("For a period: reported at this time or later."),
    )
    until = fields.InstantField(
        label=_("Until"), required=False, help_text=_("For a period: reported before this time.")
    )
    regime = fields.text(
        label=_("Regime"),
        longest=80,
        required=False,
        help_text=_(
            "For a period: the name of a policy, as in eu-gdpr-33-34. Empty: all incidents."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        wanted = {Export.Kind.INCIDENT: ("incident",), Export.Kind.PERIOD: ("since", "until")}
        for name in wanted.get(given.get("kind", ""), ()):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, gettext("A package of this kind needs it."))
        return given


class MakePackage(Action[Incident]):
    name = "package"
    group = _("Record")
    label = _("Make an evidence package")
    explains = _(
        "A zip file with everything about this incident that an auditor checks without Bylaw: "
        "facts, decisions, policy texts, notices, messages and files, with their proofs. It has "
        "personal data. That you asked for it, and whoever downloads it, is put on record."
    )
    needs = EVIDENCE_EXPORT

    def run(self, incident: Incident, form: forms.Form, *, by: Actor, at: datetime) -> str:
        withheld.need(incident)
        exports.of_incident(incident, by=by, at=at)
        return gettext(
            "The package is being made; it stands below when it is ready, in a few seconds."
        )


class ShortenedForm(forms.Form):
    recipient = fields.text(label=_("For whom"), longest=100, help_text=_("They read this, too."))
    rules = fields.JsonField(
        label=_("What is withheld"),
        help_text=_(
            "A list of rules, each with its reason. Whole files by pattern: "
            '{"files": "people.json", "reason": "…"}; fields of JSON files: {"files": '
            '"report.json", "field": "/incident/narrative", "reason": "…"}; entries of the audit '
            'trail by verb: {"entries": "message.*", "reason": "…"}.'
        ),
    )


class MakeShortened(Action[Incident]):
    name = "shorten"
    group = _("Record")
    label = _("Make a shortened copy for a recipient")
    explains = _(
        "Like the evidence package, without what your rules name; the recipient sees where "
        "something is missing and why, and proofs hold. Rules apply to the files that they name: "
        "the same fact may stand in others, so look at the copy before you hand it on."
    )
    needs = EVIDENCE_EXPORT

    def form(self, incident: Incident, data: Any = None) -> ShortenedForm:
        return ShortenedForm(data)

    def run(self, incident: Incident, form: ShortenedForm, *, by: Actor, at: datetime) -> str:
        withheld.need(incident)
        given = form.cleaned_data
        redaction = Redaction.read(given["recipient"], given["rules"])
        exports.of_incident(incident, redaction, by=by, at=at)
        return gettext(
            "The copy is being made; it stands below when it is ready, in a few seconds."
        )


class ShareForm(forms.Form):
    recipient = fields.text(label=_("For whom"), longest=200)
    days = forms.IntegerField(
        label=_("Days for which the link leads to the file"),
        min_value=1,
        max_value=sharing.MOST_DAYS,
        initial=7,
        help_text=_("It ends with the file, if not before."),
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
    )


class SharePackage(Action[Export]):
    name = "share"
    label = _("Share by a link")
    explains = _(
        "Whoever has the link can download the package without an account, until it ends or you "
        "revoke it. Each use is put on record."
    )
    needs = EVIDENCE_EXPORT

    def possible(self, export: Export) -> bool:
        return export.state == State.DONE

    def form(self, export: Export, data: Any = None) -> ShareForm:
        return ShareForm(data)

    def run(self, export: Export, form: ShareForm, *, by: Actor, at: datetime) -> str:
        withheld.need(export)
        made = sharing.share(export, **form.cleaned_data, by=by, at=at)
        return gettext("The link for %(recipient)s stands below.") % {"recipient": made.recipient}


class RevokeForm(forms.Form):
    share = fields.one_of(label=_("Link"), choices=[])

    def __init__(self, data: Any, *, shares: list[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen = self.fields["share"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = shares


class RevokeLink(Action[Export]):
    name = "revoke"
    label = _("Revoke a link")
    explains = _("From now on it leads nowhere. What was downloaded already stays where it is.")
    needs = EVIDENCE_EXPORT

    def possible(self, export: Export) -> bool:
        return sharing.of(export).filter(revoked_at=None).exists()

    def form(self, export: Export, data: Any = None) -> RevokeForm:
        rows = sharing.of(export).filter(revoked_at=None)
        return RevokeForm(data, shares=[(str(each.id), each.recipient) for each in rows])

    def run(self, export: Export, form: RevokeForm, *, by: Actor, at: datetime) -> str:
        revoked = sharing.revoke(sharing.one(UUID(form.cleaned_data["share"])), by=by, at=at)
        return gettext("The link for %(recipient)s is revoked.") % {"recipient": revoked.recipient}


@admin.register(Export)
class ExportAdmin(MakingAdmin[Export]):
    needs = EVIDENCE_EXPORT
    heading = _("Evidence packages")
    manual = "auditor#evidence-packages"
    explains = _(
        "Zip files that an auditor checks offline with standard tools: every file by digest, every "
        "entry of the audit trail by its proof, all of it signed."
    )
    when_empty = _(
        "No package was asked for yet. Make one here, or on the page of an incident; the file is "
        "deleted after some weeks and can be made anew."
    )
    list_display = ("about_shown", "state_shown", "progress", "file_size", "requested", "by")
    list_display_links = ("about_shown",)
    list_filter = ("kind", "state")
    search = searching.EXPORTS
    list_before_template = "incidents/packages_head.html"
    page_template = "incidents/export.html"
    page_actions = (SharePackage(), RevokeLink())
    making_form = PackageForm
    making_title = _("New evidence package")
    making_explains = _(
        "It is made in the background, and your asking for it is put on record. Packages have "
        "personal data: give them to nobody who may not see that."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A package has personal data: who may read none is not led to a form that refuses."""
        return super().has_add_permission(request) and self.may_some(request, PERSONAL_READ)

    def prepare(self, rows: Sequence[Export], request: HttpRequest) -> None:
        names = actors.names(each.requested_by for each in rows)
        for export in rows:
            export.asked_by = names[export.requested_by]  # type: ignore[attr-defined]  # for `by`

    @admin.display(description=_("Of what"))
    def about_shown(self, export: Export) -> SafeString:
        kind = export.get_kind_display()
        return format_html('{}<span class="by-under">{}</span>', export.about, kind)

    @admin.display(description=_("State"))
    def state_shown(self, export: Export) -> SafeString:
        return state_label(export)

    @admin.display(description=_("Done"))
    def progress(self, export: Export) -> str:
        return progress(export)

    @admin.display(description=_("Size"))
    def file_size(self, export: Export) -> str:
        return filesizeformat(export.size) if export.size is not None else "—"

    @admin.display(description=_("Asked for"))
    def requested(self, export: Export) -> SafeString:
        return times.stamp(export.requested_at)

    @admin.display(description=_("By"))
    def by(self, export: Export) -> str:
        return str(export.asked_by)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        return [*package_check.urls(self), *super().get_urls()]

    def page_title(self, obj: Export) -> str:
        return gettext("Evidence package: %(about)s") % {"about": obj.about}

    def page(self, request: HttpRequest, obj: Export) -> dict[str, Any]:
        return {
            "export": obj,
            "state": state_label(obj),
            "progress": progress(obj),
            "record": _record(obj),
            "download": download(obj),
            "size": filesizeformat(obj.size or 0),
            "refreshes": not obj.over,
            "shares": _shares(obj, at=instant.of(request)),
            "keys": [each.text for each in keys.public()],
        }

    def make(
        self, request: HttpRequest, form: PackageForm, *, by: Actor, at: datetime
    ) -> HttpResponse:
        asked = wish(request, EVIDENCE_EXPORT)
        made = _made(form.cleaned_data, asked, by=by, at=instant.of(request))
        return HttpResponseRedirect(reverse("admin:incidents_export_change", args=[made.id]))


def rows(incident: Incident) -> list[dict[str, Any]]:
    """The packages of an incident, for its page."""
    found = list(Export.objects.filter(incident_id=incident.id).order_by("-id")[:MOST_SHOWN])
    names = actors.names(each.requested_by for each in found)
    return [
        {
            "url": reverse("admin:incidents_export_change", args=[each.id]),
            "state": state_label(each),
            "about": each.about,
            "at": times.stamp(each.requested_at),
            "by": names[each.requested_by],
            "size": filesizeformat(each.size) if each.size is not None else "",
            "download": download(each),
        }
        for each in found
    ]


def state_label(export: Export) -> SafeString:
    return labels.label(export.get_state_display(), _TONES.get(export.state, "plain"))


def progress(export: Export) -> str:
    if not export.total:
        return "—"
    parts = {"done": f"{export.done:,}", "total": f"{export.total:,}"}
    if export.kind == Export.Kind.LOG:
        told = ngettext(
            "%(done)s of %(total)s entries", "%(done)s of %(total)s entries", export.total
        )
    elif export.kind == Export.Kind.PERIOD:
        told = ngettext(
            "%(done)s of %(total)s incidents", "%(done)s of %(total)s incidents", export.total
        )
    else:
        told = gettext("%(done)s of %(total)s incident")
    return told % parts


def download(export: Export) -> str:
    """The address of the file; empty while there is none."""
    there = export.state == State.DONE
    return reverse("export-package", args=[export.id]) if there else ""


def _shares(export: Export, *, at: datetime) -> list[dict[str, Any]]:
    found, usable = list(sharing.of(export)), fetchable(export)
    names = actors.names(each.shared_by for each in found)
    return [
        {
            "recipient": each.recipient,
            "by": names[each.shared_by],
            "at": times.stamp(each.shared_at),
            "link": _link(each) if usable and sharing.counts(each, at=at) else "",
            "ends": times.stamp(each.expires_at),
            "revoked": times.stamp(each.revoked_at),
            "uses": each.uses,
            "used": times.stamp(each.used_at),
        }
        for each in found
    ]


def _link(share: ExportShare) -> str:
    return settings.PUBLIC_URL + reverse("shared-package", args=[sharing.token(share)])


def _record(export: Export) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Kind"), export.get_kind_display()),
        (gettext("Asked for"), times.stamp(export.requested_at)),
        (gettext("By"), actors.name(export.requested_by)),
        (gettext("Finished"), times.stamp(export.finished_at)),
        (gettext("Log"), _entries(export.checkpoint) if export.checkpoint else ""),
        ("SHA-256", export.sha256),
        (gettext("The file is deleted"), times.stamp(export.expires_at)),
    ]
    return [(name, value) for name, value in rows if value]


def _entries(number: int) -> str:
    return ngettext("%(number)s entry", "%(number)s entries", number) % {"number": f"{number:,}"}


def _made(given: dict[str, Any], may: Access, *, by: Actor, at: datetime) -> Export:
    if given["kind"] == Export.Kind.INCIDENT:
        incident = selectors.incident(given["incident"], may)
        withheld.need(incident)
        return exports.of_incident(incident, by=by, at=at)
    may.require(None)
    withheld.need()
    if given["kind"] == Export.Kind.PERIOD:
        since, until = given["since"], given["until"]
        return exports.of_period(since, until, regime=given["regime"], by=by, at=at)
    return exports.of_log(by=by, at=at)
