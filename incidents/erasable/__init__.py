"""What of an incident may be about a person, part by part: to find it, and to erase it where the
entry of an erasure names it."""

from collections.abc import Mapping
from typing import Final

from incidents.erasable.files import FILES
from incidents.erasable.messages import MESSAGES
from incidents.erasable.notes import NOTES
from incidents.erasable.notices import NOTICES
from incidents.erasable.part import Part
from incidents.erasable.report import REPORT, personal_paths
from incidents.erasable.submissions import SUBMISSIONS
from incidents.erasable.trail import TRAIL

#: In the order in which they are erased: the trail last, for what names its values is in it.
PARTS: Final[Mapping[str, Part]] = {
    part.name: part for part in (SUBMISSIONS, REPORT, NOTES, NOTICES, FILES, MESSAGES, TRAIL)
}

__all__ = ["PARTS", "Part", "personal_paths"]
