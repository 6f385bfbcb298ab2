"""A summary is kept as JSON and added to later."""

import json

from policies.simulation import Summary, compare
from tests import factory
from tests.policies.simulated import case
from tests.policies.test_simulation import SHORTER, STRICTER

TAXONOMY = factory.text("taxonomy", ("      - {id: injury, title: Injury}\n", ""))


def summary() -> Summary:
    """Of a case with every kind of change, and of one with none."""
    worse = case(impact={"people_affected": 500}, personal_data={"breach": True, "risk": "high"})
    found = Summary(most=5)
    after = factory.release(severity=STRICTER, breach=SHORTER, taxonomy=TAXONOMY)
    for each in compare(factory.release(), after, [worse, case(2, harms=["injury"])]):
        found.add(each)
    return found


def test_a_summary_comes_back_from_json_as_it_was() -> None:
    found = summary()
    assert all((found.examples, found.dates, found.invalid_examples))
    read = json.loads(json.dumps(found.as_dict(), sort_keys=True))
    assert Summary.from_dict(read, most=5) == found
