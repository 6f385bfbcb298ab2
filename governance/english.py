"""Labels of choices as refusals and messages say them: in English, whatever the page is in.

Those labels are marked for translation, because pages show them; what is said of them in a sentence
that stays English is not to have words of two languages.
"""

from django.db.models import Model
from django.utils import translation


def label(row: Model, field: str = "state") -> str:
    """`in review`, of a row whose `field` has that choice."""
    with translation.override("en"):
        return str(getattr(row, f"get_{field}_display")()).lower()
