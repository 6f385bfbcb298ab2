"""The house with levels of severity of other names, whose order is not that of the alphabet."""

from typing import Final

from tests import factory

#: The most severe first.
NAMES: Final = ("urgent", "high", "minor")
_EDITS: Final = tuple(zip(("SEV1", "SEV2", "SEV3"), NAMES, strict=True))
POLICIES: Final = {
    name: factory.text(name, *_EDITS, ("version: 1.0.0", "version: 2.0.0"))
    for name in ("severity", "escalation")
}
_DEATH: Final = factory.report(harms=["death"])


def report_one_of_each() -> list[str]:
    """References, the least severe first; nobody has acknowledged them."""
    reports = (factory.report(), factory.breach(), _DEATH)
    return [factory.submit(each).reference for each in reports]
