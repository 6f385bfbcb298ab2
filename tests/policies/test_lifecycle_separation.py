"""An author never approves: what the functions refuse, and the database itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.errors import NotAllowed
from policies import approvals, drafts
from policies.models import PolicyReview, PolicyVersion
from tests import factory
from tests.factory import AT, HOUR
from tests.policies.officers import (
    NEXT,
    approved,
    author,
    counsel,
    draft,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


# --- separation ----------------------------------------------------------------------------------


def refused(by: Any, *, version: PolicyVersion | None = None) -> str:
    found = version or submitted()
    with pytest.raises(NotAllowed) as raised:
        approvals.approve([found], by=by, at=AT)
    found.refresh_from_db()
    assert found.status == "in_review"
    return raised.value.message


def test_an_author_does_not_approve() -> None:
    assert "Somebody else must approve it" in refused(author())


def test_an_author_does_not_reject() -> None:
    with pytest.raises(NotAllowed, match="Somebody else"):
        approvals.reject(submitted(), by=author(), at=AT, comment="No.")


def test_whoever_edited_one_word_does_not_approve() -> None:
    version = drafts.edit(draft(), NEXT + "# more\n", by=counsel(), at=AT)
    approvals.submit([version], by=author(), at=AT)
    assert "You are an author" in refused(counsel(), version=version)


def test_whoever_submitted_does_not_approve() -> None:
    (version,) = approvals.submit([draft()], by=counsel(), at=AT)
    assert "You are an author" in refused(counsel(), version=version)


def test_an_author_does_not_approve_through_an_own_key() -> None:
    assert "You are an author" in refused(factory.key_of(author()))


def test_an_author_who_wrote_through_a_key_does_not_approve() -> None:
    version = submitted(by=factory.key_of(counsel()))
    assert "You are an author" in refused(counsel(), version=version)


def test_a_superuser_needs_a_role_to_approve() -> None:
    assert "policies:approve" in refused(factory.superuser("root"))


def test_a_superuser_who_is_author_does_not_approve() -> None:
    root = factory.superuser("root", "legal-counsel")
    assert "You are an author" in refused(root, version=submitted(by=root))


@pytest.mark.parametrize("actor", [factory.TOOL, factory.Actor("system", "setup")])
def test_what_is_no_person_does_not_approve(actor: factory.Actor) -> None:
    assert "Only a person" in refused(actor)


def test_a_closed_account_does_not_approve() -> None:
    by = factory.person("gone", "legal-counsel")
    factory.User.objects.filter(username="gone").update(is_active=False)
    assert "policies:approve" in refused(by)


def test_another_person_approves_through_a_key_of_theirs() -> None:
    (version,) = approvals.approve([submitted()], by=factory.key_of(counsel()), at=AT)
    assert version.approved_by == str(counsel())


# --- what the database itself refuses ------------------------------------------------------------


def by_hand(row: PolicyVersion, **fields: Any) -> None:
    with transaction.atomic():
        PolicyVersion.objects.filter(id=row.id).update(**fields)


IN_FORCE: dict[str, Any] = {"status": "approved", "effective_from": AT + DAY}


def test_the_database_keeps_an_author_from_approving() -> None:
    with pytest.raises(IntegrityError, match="policy_author_never_approves"):
        by_hand(submitted(), **IN_FORCE, approved_by=str(author()))


def test_the_database_wants_a_person_to_approve() -> None:
    with pytest.raises(IntegrityError, match="only a person approves"):
        by_hand(submitted(), **IN_FORCE, approved_by="system:setup")


def test_the_database_wants_an_approver() -> None:
    with pytest.raises(IntegrityError, match="policy_approved_has_approver"):
        by_hand(submitted(), **IN_FORCE)


def test_the_database_keeps_authors() -> None:
    with pytest.raises(IntegrityError, match="stays its author"):
        by_hand(submitted(), authors=[str(counsel())])


@pytest.mark.parametrize("make", [draft, approved])
def test_the_database_keeps_the_order_of_states(make: Callable[[], PolicyVersion]) -> None:
    version = make()
    other = "draft" if version.status == "approved" else "approved"
    with pytest.raises(IntegrityError, match="does not go from"):
        by_hand(version, status=other)


@pytest.mark.parametrize("make", [submitted, approved])
@pytest.mark.parametrize("column", ["text", "digest", "title", "version"])
def test_the_database_keeps_what_was_submitted(
    make: Callable[[], PolicyVersion], column: str
) -> None:
    with pytest.raises(IntegrityError, match="never changes"):
        by_hand(make(), **{column: "other"})


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE", "UPDATE"])
def test_the_database_keeps_every_review(statement: str) -> None:
    submitted()
    change = f"{statement} policies_policyreview"
    if statement == "UPDATE":
        change += " SET comment = ''"
    with pytest.raises(IntegrityError, match="is refused"):
        run(change)
    assert PolicyReview.objects.exists()


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Else PostgreSQL refuses TRUNCATE for the checks that wait, and proves nothing of ours.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_the_database_keeps_what_was_submitted_once() -> None:
    back = approvals.withdraw(submitted(), by=author(), at=AT + HOUR)
    with pytest.raises(IntegrityError, match="kept as it was submitted"), transaction.atomic():
        PolicyVersion.objects.filter(id=back.id)._raw_delete(using="default")
