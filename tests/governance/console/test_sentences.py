import pytest

from governance.console import sentences

VERBS = [
    ("incident.acknowledged", ("acknowledged ", "", True)),
    ("notice.withdrawn", ("withdrew ", "", True)),
    ("duty.found_not_applicable", ("found that ", " does not apply", True)),
    ("person.signed_in", ("signed in", "", False)),
    ("timer.at_risk", ("told that ", " is at risk", True)),
    ("message.read", ("looked at ", "", True)),
    ("incident.listed", ("looked at the list of ", "", True)),
]


@pytest.mark.parametrize(("verb", "words"), VERBS, ids=[verb for verb, _ in VERBS])
def test_a_verb_reads_as_a_sentence(verb: str, words: tuple[str, str, bool]) -> None:
    assert sentences.around(verb) == words


def test_a_verb_that_nobody_has_worded_reads_by_itself() -> None:
    assert sentences.around("kettle.switched_on") == ("switched on ", "", True)
