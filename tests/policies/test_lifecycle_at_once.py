"""Two people at once: with rows that are committed, in a database of its own."""

from collections.abc import Callable
from typing import Any

from governance import clock
from governance.errors import Conflict
from policies import approvals
from policies.models import PolicyReview, PolicyVersion
from tests import factory
from tests.committed import once, tried_at_once
from tests.policies.officers import author, counsel, draft, submitted

CALENDAR = factory.text("calendar")
NEXT = CALENDAR.replace("version: 1.0.0", "version: 1.1.0")


def approve(version: PolicyVersion, by: Callable[[], factory.Actor]) -> Callable[[], Any]:
    return lambda: approvals.approve([version], by=by(), at=clock.now())


def third() -> factory.Actor:
    return factory.person("third", "legal-counsel")


def test_of_two_approvals_at_once_one_counts(database: str) -> None:
    version = once(database, lambda: submitted(CALENDAR, at=clock.now()))
    once(database, lambda: (counsel(), third()))
    found = tried_at_once(database, approve(version, counsel), approve(version, third))
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict]
    acts = once(database, lambda: PolicyReview.objects.filter(act="approved").count())
    assert acts == 1


def test_two_versions_of_one_policy_approved_at_once_follow_each_other(database: str) -> None:
    versions = [once(database, lambda t=t: submitted(t, at=clock.now())) for t in (CALENDAR, NEXT)]
    once(database, lambda: (counsel(), third()))
    tried_at_once(database, approve(versions[0], counsel), approve(versions[1], third))
    held = PolicyVersion.objects.filter(name="office", effective_until=None, status="approved")
    assert once(database, held.count) == 1


def test_of_two_drafts_of_one_number_one_is_made(database: str) -> None:
    once(database, author)
    call = lambda: draft(CALENDAR, at=clock.now())  # noqa: E731
    found = tried_at_once(database, call, call)
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict]
