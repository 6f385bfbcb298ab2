"""Every duty of every shipped policy has an example of each outcome."""

import pytest

from policies import testing
from tests.packs.shipped_release import POLICIES, RELEASE
from tests.packs.test_policy_tests import TESTS

COVERED = testing.coverage(RELEASE, TESTS.values())


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_each_duty_of_a_policy_applies_does_not_and_may(policy: str) -> None:
    lacking = [
        f"{duty.id}: {outcome}"
        for duty in POLICIES[policy].duties
        for outcome in testing.OUTCOMES
        if outcome not in COVERED.get((policy, duty.id), ())
    ]
    assert not lacking, "\n".join(["No example in which the duty is", *lacking])
