"""Small coloured words. The colour repeats what the word says and never stands alone."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from governance.translated import Text

Tone = Literal["bad", "warn", "good", "info", "plain"]

_BY_SEVERITY: Final[Mapping[str, Tone]] = {
    "SEV0": "bad",
    "SEV1": "bad",
    "SEV2": "warn",
    "SEV3": "info",
}
#: By how many levels are more severe.
_BY_RANK: Final[Sequence[Tone]] = ("bad", "warn", "info")


def label(text: Text, tone: Tone = "plain", *, title: Text = "") -> SafeString:
    return format_html('<span class="by-label by-{}" title="{}">{}</span>', tone, title, text)


def severity(level: str, *, rank: int | None = None, provisional: bool = False) -> SafeString:
    """A provisional level carries a question mark: facts still missing may lower it. Where the
    `rank` is not known, 0 being the most severe, the tone goes by the usual names of levels."""
    title = (
        gettext("Provisional: facts that are still missing may lower it.") if provisional else ""
    )
    text = f"{level}?" if provisional else level
    return label(text, _tone(level, rank), title=title)


def _tone(level: str, rank: int | None) -> Tone:
    if rank is None:
        return _BY_SEVERITY.get(level, "plain")
    return _BY_RANK[rank] if rank < len(_BY_RANK) else "plain"
