"""Checkpoints of the audit trail and who witnessed them, and the keys that sign them: to read, and
to take along."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import LEDGER_READ
from governance.console import coverage, instant, labels, times
from governance.console.lists import ListAdmin
from governance.console.pages import PageAdmin
from governance.ledger import notes, witnessing
from governance.ledger.models import Checkpoint, SigningKey, Witnessed
from governance.witnesses import registry

_MICROSECOND: Final = timedelta(microseconds=1)


class WitnessFilter(admin.SimpleListFilter):
    title = _("witness")
    parameter_name = "witness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, gettext(kind.title)) for name, kind in registry.KINDS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Checkpoint]
    ) -> QuerySet[Checkpoint]:
        if not self.value():
            return queryset
        return queryset.filter(
            witnessed__witness=self.value(), witnessed__state=Witnessed.State.DONE
        )


class ByPlace:
    """The smallest that holds so many entries, or the one of a root."""

    says = gettext_noop("Size, or root hash in hex")

    def condition(self, text: str) -> Q:
        term = text.strip().replace(",", "")
        if term.isascii() and term.isdigit() and len(term) < 19:
            holding = Checkpoint.objects.filter(size__gte=int(term)).order_by("size")
            return Q(size__in=holding.values("size")[:1])
        return Q(root=term.lower())


@admin.register(Checkpoint)
class CheckpointAdmin(PageAdmin[Checkpoint]):
    needs = LEDGER_READ
    heading = _("Checkpoints")
    manual = "auditor#the-sealed-log"
    explains = _(
        "Each signs the whole audit trail up to its size. What is in one that a witness outside "
        "has, nobody can rewrite unseen."
    )
    when_empty = _("No checkpoint matches. The first is signed a second after the first entry.")
    list_display = ("size_shown", "time", "signed_by", "witnessed_by", "stamped")
    list_display_links = ("size_shown",)
    list_filter = (WitnessFilter,)
    search = ByPlace()
    change_list_template = "console/checkpoints.html"
    list_before_template = "console/checkpoints_head.html"
    page_template = "console/checkpoint.html"

    def rows(self, request: HttpRequest) -> QuerySet[Checkpoint]:
        return Checkpoint.objects.all()

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changes: Any = super().get_changelist_instance(request)
        changes.coverage = coverage.coverage(at=instant.of(request))
        found: ChangeList = changes
        return found

    def prepare(self, rows: Sequence[Checkpoint], request: HttpRequest) -> None:
        found = witnessing.of([each.size for each in rows])
        for each in rows:
            each.witnesses = found[each.size]  # type: ignore[attr-defined]

    @admin.display(description=_("Entries"))
    def size_shown(self, checkpoint: Checkpoint) -> str:
        return f"{checkpoint.size:,}"

    @admin.display(description=_("Signed"))
    def time(self, checkpoint: Checkpoint) -> SafeString:
        return times.stamp(checkpoint.at)

    @admin.display(description=_("By key"))
    def signed_by(self, checkpoint: Checkpoint) -> SafeString:
        return format_html('<span class="by-mono">{}</span>', ", ".join(_keys(checkpoint)))

    @admin.display(description=_("Witnessed by"), empty_value="—")
    def witnessed_by(self, checkpoint: Checkpoint) -> SafeString | None:
        rows: Sequence[Witnessed] = checkpoint.witnesses  # type: ignore[attr-defined]
        parts = [(labels.label(gettext(registry.title(each.witness)), "good"),) for each in rows]
        return format_html_join(" ", "{}", parts) or None

    @admin.display(description=_("Time-stamp"), empty_value="—")
    def stamped(self, checkpoint: Checkpoint) -> str | None:
        rows: Sequence[Witnessed] = checkpoint.witnesses  # type: ignore[attr-defined]
        return next((stamp(each) for each in rows if each.gen_time is not None), None)

    def page(self, request: HttpRequest, obj: Checkpoint) -> dict[str, Any]:
        rows = witnessing.of([obj.size])[obj.size]
        return {
            "checkpoint": obj,
            "pairs": _pairs(obj),
            "signatures": _signatures(obj),
            "witnesses": [_witness(each) for each in rows],
            "owed": [_owed(each) for each in obj.witnessed.filter(state=Witnessed.State.OWED)],
            "downloads": _downloads(obj, rows),
            "chain": _chain(obj),
            "covered": _covered(obj) if not rows else [],
            "configured": bool(registry.configured()),
        }

    def page_title(self, obj: Checkpoint) -> str:
        return ngettext(
            "Checkpoint of %(size)s entry", "Checkpoint of %(size)s entries", obj.size
        ) % {"size": f"{obj.size:,}"}


@admin.register(SigningKey)
class SigningKeyAdmin(ListAdmin[SigningKey]):
    needs = LEDGER_READ
    heading = _("Signing keys")
    manual = "operation#the-keys-of-the-audit-trail"
    explains = _(
        "The public keys of the audit trail. Each signs from the checkpoint on that seals its "
        "announcement; that one the key before it signs as well. Keep a copy: whoever trusts one "
        "key can follow the log to the next."
    )
    when_empty = _("There is none yet. The first is made a second after the first entry.")
    list_display = ("id", "verifier_shown", "made", "announcement")
    list_display_links = None

    @admin.display(description=_("Verifier key (C2SP signed-note)"))
    def verifier_shown(self, key: SigningKey) -> SafeString:
        return format_html('<code class="by-break">{}</code>', key.verifier)

    @admin.display(description=_("Made"))
    def made(self, key: SigningKey) -> SafeString:
        return times.stamp(key.created_at)

    @admin.display(description=_("Announced by"))
    def announcement(self, key: SigningKey) -> SafeString:
        url = reverse("admin:ledger_entry_change", args=[key.announced_id])
        return format_html('<a class="by-link" href="{}">{}</a>', url, gettext("the entry"))


def _chain(checkpoint: Checkpoint) -> list[Mapping[str, object]]:
    """The checkpoints beside it, the earlier one first."""
    beside = (
        (gettext("The log goes on from"), coverage.before(checkpoint)),
        (gettext("It goes on to"), coverage.after(checkpoint)),
    )
    return [_beside(said, link) for said, link in beside if link is not None]


def _beside(said: str, link: coverage.Link) -> Mapping[str, object]:
    proven = link.proof is not None
    return {
        "said": said,
        "url": _url(link.size),
        "size": link.size,
        "at": times.stamp(link.at),
        "word": labels.label(gettext("proven"), "good")
        if proven
        else labels.label(gettext("not proven"), "bad"),
        "hashes": link.proof,
    }


def _covered(checkpoint: Checkpoint) -> list[Mapping[str, object]]:
    """Of one that nobody has: the next ones that somebody has, which cover it."""
    found = coverage.covering(checkpoint.size)
    return [
        {"title": gettext(registry.title(name)), "size": size, "url": _url(size)}
        for name, size in found.items()
    ]


def _url(size: int) -> str:
    return reverse("admin:ledger_checkpoint_change", args=[size])


def stamp(row: Witnessed) -> str:
    """`2026-11-29 10:00:05 UTC ± 1.5 s`. What the law calls a time-stamp depends on its authority,
    which is not for us to say."""
    if row.gen_time is None:
        return ""
    time = f"{row.gen_time:%Y-%m-%d %H:%M:%S}"
    if row.accuracy is None:
        return gettext("%(time)s UTC, accuracy not stated") % {"time": time}
    return f"{time} UTC ± {_seconds(row.accuracy)} s"


def _seconds(length: timedelta) -> str:
    whole, rest = divmod(length // _MICROSECOND, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _keys(checkpoint: Checkpoint) -> list[str]:
    return [each.key_hash.hex() for each in notes.split(checkpoint.text)[1]]


def _pairs(checkpoint: Checkpoint) -> list[tuple[str, object]]:
    return [
        (gettext("Log"), notes.parse(checkpoint.text).origin),
        (gettext("Entries"), f"{checkpoint.size:,}"),
        (gettext("Root hash"), checkpoint.root),
        (gettext("Signed"), times.stamp(checkpoint.at)),
    ]


def _signatures(checkpoint: Checkpoint) -> list[Mapping[str, object]]:
    """Whether each holds, by the key that the log has announced under its name."""
    known = SigningKey.objects.in_bulk(_keys(checkpoint))
    return [_signature(id_, known.get(id_), checkpoint) for id_ in _keys(checkpoint)]


def _signature(id_: str, key: SigningKey | None, checkpoint: Checkpoint) -> Mapping[str, object]:
    if key is None:
        return {"key": id_, "verifier": "", "word": labels.label(gettext("unknown key"), "warn")}
    right = notes.Verifier.read(key.verifier).signed(checkpoint.text)
    word = (
        labels.label(gettext("right"), "good") if right else labels.label(gettext("wrong"), "bad")
    )
    return {"key": id_, "verifier": key.verifier, "word": word}


def _witness(row: Witnessed) -> Mapping[str, object]:
    return {
        "title": gettext(registry.title(row.witness)),
        "at": times.stamp(row.at),
        "said": row.said,
        "stamp": stamp(row),
    }


def _owed(row: Witnessed) -> Mapping[str, object]:
    return {
        "title": gettext(registry.title(row.witness)),
        "since": times.stamp(row.due_at),
        "attempts": row.attempts,
        "error": row.last_error,
        "retry_at": times.stamp(row.retry_at),
    }


def _downloads(checkpoint: Checkpoint, rows: Sequence[Witnessed]) -> list[tuple[str, str]]:
    found = [(gettext("The note"), "ledger-checkpoint-note")]
    if any(each.gen_time is not None for each in rows):
        found += [
            (gettext("The time-stamp token"), "ledger-checkpoint-token"),
            (gettext("Its certificates"), "ledger-checkpoint-certificates"),
        ]
    return [(title, reverse(name, args=[checkpoint.size])) for title, name in found]
