"""Which outcomes of which duties the examples show."""

from policies import testing
from tests import factory
from tests.policies import response

RELEASE = factory.release()


def test_each_duty_of_a_covered_policy_has_its_outcomes() -> None:
    assert testing.coverage(RELEASE, [response.document("tests")]) == {
        ("breach", "notify"): {"applies", "does_not_apply", "undetermined"}
    }


def test_a_duty_that_no_example_names_is_uncovered() -> None:
    test = response.document("tests", ("ObligationPolicy/breach,", "ObligationPolicy/harm,"))
    assert testing.coverage(RELEASE, [test]) == {
        ("harm", "serious"): set(),
        ("harm", "death"): set(),
    }


def test_what_is_no_test_covers_nothing() -> None:
    assert testing.coverage(RELEASE, RELEASE.documents) == {}
