"""Durations of a fixed length in the form of ISO 8601: weeks, or days, hours, minutes, seconds."""

import re
from datetime import timedelta
from typing import Final

_NUMBER: Final = r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)"
_FORM: Final = re.compile(
    rf"P(?:{_NUMBER}W|(?:{_NUMBER}D)?(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds")


def parse(text: str) -> timedelta:
    """`PT36H`, `P3D`, `P1DT12H` or `P2W`; a day is 24 hours. Raises ValueError for anything else:
    years and months have no fixed length."""
    found = _FORM.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is not a duration such as PT36H, P3D or P2W.")
    parts = zip(_UNITS, found.groups(), strict=True)
    try:
        return timedelta(**{unit: float(part.replace(",", ".")) for unit, part in parts if part})
    except OverflowError as error:
        raise ValueError(f"{text!r} is longer than a duration can be.") from error
