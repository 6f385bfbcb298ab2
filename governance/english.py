"""Words of refusals and messages, which are in English whatever the page is in.

Labels of choices are marked for translation, because pages show them; what is said of them in a
sentence that stays English is not to have words of two languages.
"""

from django.db.models import Model
from django.utils import translation


def label(row: Model, field: str = "state") -> str:
    """`in review`, of a row whose `field` has that choice."""
    with translation.override("en"):
        return str(getattr(row, f"get_{field}_display")()).lower()


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2,000 files`; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
