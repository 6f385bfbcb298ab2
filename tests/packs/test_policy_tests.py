"""Every PolicyTest that ships, run against the release of all packs."""

import pytest

from policies import shipped, testing
from policies.documents import Document
from tests.packs.shipped_release import RELEASE

TESTS = {
    document.identity: document
    for document, _ in shipped.load([shipped.DIRECTORY])
    if document.kind == "PolicyTest"
}


@pytest.mark.parametrize("document", TESTS.values(), ids=TESTS)
def test_the_examples_of_a_shipped_test_hold(document: Document) -> None:
    found = testing.problems(document, testing.run(RELEASE, [document]))
    lines = [f"line {each.line}, {each.pointer}: {each.message}" for each in found]
    assert not lines, "\n".join(["", *lines])
