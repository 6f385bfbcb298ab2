"""What a notice must say, as its page shows it: how each item stands, where in the text, and what
would settle it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.api import withheld
from governance.console import labels
from governance.console.labels import Tone
from governance.translated import Text
from incidents import contents
from incidents.admin import notice_places as places
from incidents.admin.notice_actions import CoverageForm, where
from incidents.contents import Completeness, Item
from incidents.models import Notice, NoticeRevision
from policies.documents.notice_template import NoticeTemplate

_SAID: Final[Mapping[str, tuple[Text, Tone]]] = {
    "in_text": (_("in the text"), "good"),
    "ticked": (_("covered"), "good"),
    "not_in_text": (_("known, not in the text"), "warn"),
    "not_known": (_("not known yet"), "bad"),
    "to_write": (_("to be written"), "warn"),
}


@dataclass(frozen=True)
class ShownItem:
    """`fixed` where there is nothing to tick; `said` is the place in the text, as somebody entered
    it, and `errors` what is wrong with that. `stands` says how it is and at which line; `ask` is
    the form that asks for the fact and for nothing else."""

    item: Item
    fixed: bool
    stands: SafeString
    by: str
    ticked: bool
    said: str
    errors: Iterable[object] = ()
    ask: forms.Form | None = None
    failed: bool = False

    @property
    def where(self) -> str:
        return where(self.item.name)


def completeness_label(found: Completeness) -> SafeString:
    """`5 of 8`, in a colour that says whether anything lacks."""
    if not found.required:
        return labels.label(gettext("nothing listed"), "plain")
    tone: Tone = "good" if found.covered == found.required else "warn"
    said = gettext("%(covered)s of %(required)s") % {
        "covered": found.covered,
        "required": found.required,
    }
    return labels.label(said, tone, title=gettext("Required content"))


def shown(
    notice: Notice, found: Completeness, text: NoticeRevision, *, names: Mapping[str, str]
) -> list[ShownItem]:
    template = contents.template_of(notice) if notice.editable else None
    lines = text.body.split("\n")
    return [_item(_seen(each, notice), template, lines, names) for each in found.items]


def entered(items: Iterable[ShownItem], form: CoverageForm) -> list[ShownItem]:
    """The list with what somebody ticked and wrote, not saved yet."""
    return [_entered(each, form) if each.item.name in form.shown else each for each in items]


def asking(items: Iterable[ShownItem], asks: Mapping[str, forms.Form]) -> list[ShownItem]:
    """With the form for each fact that may be stated here; one that came back stands open."""
    return [
        replace(each, ask=ask, failed=ask.is_bound) if (ask := asks.get(each.item.name)) else each
        for each in items
    ]


def gaps(passages: Iterable[str], lines: Sequence[str]) -> list[tuple[str, SafeString]]:
    """What the template left for a person to write, each with the way to its line."""
    return [(each, _line(places.stands_at(each, lines))) for each in passages]


def _entered(each: ShownItem, form: CoverageForm) -> ShownItem:
    return replace(
        each,
        ticked=each.item.name in form.covered,
        said=str(form[each.where].value()),
        errors=form[each.where].errors,
    )


def _item(
    item: Item, template: NoticeTemplate | None, lines: Sequence[str], names: Mapping[str, str]
) -> ShownItem:
    words, tone = _SAID[item.state]
    place = _line(_at(item, template, lines))
    return ShownItem(
        item,
        fixed=item.is_fact and item.state == "in_text" and not item.by,
        stands=format_html("{} {}", labels.label(words, tone), place),
        by=names.get(item.by, ""),
        ticked=bool(item.by),
        said=item.where,
    )


def _at(item: Item, template: NoticeTemplate | None, lines: Sequence[str]) -> int:
    match item.state:
        case "in_text":
            return places.said_at(item.fact, lines)
        case "not_known":
            return places.open_at(item.name, item.title, template, lines)
        case "ticked":
            return places.heading_at(item.where, lines)
    return 0


def _line(number: int) -> SafeString:
    if not number:
        return SafeString("")
    return format_html(
        '<a class="by-link by-small" href="#line-{}">{}</a>',
        number,
        gettext("line %(number)s") % {"number": number},
    )


def _seen(item: Item, notice: Notice) -> Item:
    """With marks in place of what it says of the facts, where the reader may not see them."""
    if withheld.shows(notice):
        return item
    return replace(
        item, value=withheld.hidden(item.value), where=withheld.hidden(item.where), fact=None
    )
