"""People, their roles, and what both allow."""

from datetime import UTC, datetime

import pytest

from governance.accounts import people, roles
from governance.accounts.models import User
from governance.errors import Invalid
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SETUP = Actor("system", "setup")


def person(*held: str, username: str = "a", email: str = "", administrator: bool = False) -> User:
    return people.create(
        username=username,
        password="correct horse battery",
        email=email or f"{username}@example.org",
        roles=held,
        administrator=administrator,
        by=SETUP,
        at=AT,
    )


def change(user: User, *held: str, active: bool = True, administrator: bool = False) -> None:
    people.change_access(
        user, roles=held, active=active, administrator=administrator, by=SETUP, at=AT
    )


def test_the_password_is_not_kept_as_it_is() -> None:
    user = person("auditor")
    assert "correct horse" not in user.password
    assert user.check_password("correct horse battery")


def test_a_role_reaches_everyone_who_holds_it() -> None:
    for name, held in (("b", "auditor"), ("a", "auditor"), ("c", "executive")):
        person(held, username=name)
    assert people.addresses(["auditor"]) == {"auditor": ["a@example.org", "b@example.org"]}


def test_a_closed_account_is_not_told() -> None:
    user = person("auditor")
    change(user, "auditor", active=False)
    assert people.addresses(["auditor"]) == {"auditor": []}


def test_somebody_without_an_address_is_not_told() -> None:
    user = person("auditor")
    User.objects.filter(id=user.id).update(email="")
    assert people.addresses(["auditor"]) == {"auditor": []}


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Invalid, match="Unknown roles king"):
        person("king")


def test_a_change_is_recorded_with_before_and_after() -> None:
    user = person("auditor")
    change(user, "executive")
    body = Entry.objects.get(verb="person.access_changed").body
    assert '"before":{"active":true,"administrator":false,"roles":["auditor"]}' in body
    assert '"after":{"active":true,"administrator":false,"roles":["executive"]}' in body


def test_no_change_is_not_recorded() -> None:
    user = person("auditor")
    change(user, "auditor")
    assert not Entry.objects.filter(verb="person.access_changed").exists()


@pytest.mark.parametrize(
    ("held", "may", "may_not"),
    [
        (["reporter"], "incidents:report", "incidents:read"),
        (["responder"], "incidents:respond", "ledger:read"),
        (["auditor"], "ledger:read", "incidents:respond"),
        (["executive"], "incidents:read", "incidents:report"),
        (["legal-counsel"], "ledger:read", "nothing:else"),
        (["reporter", "auditor"], "ledger:read", "incidents:respond"),
        (["no-such-role"], "", "incidents:read"),
    ],
)
def test_roles_allow_this_and_not_that(held: list[str], may: str, may_not: str) -> None:
    scopes = roles.scopes_of(held)
    assert (not may or may in scopes, may_not in scopes) == (True, False)


def test_an_administrator_runs_the_service_and_works_on_no_incident() -> None:
    work = {roles.INCIDENTS_RESPOND, roles.EVIDENCE_EXPORT, roles.DATA_ERASE, roles.HOLDS_MANAGE}
    decides = {roles.INCIDENTS_APPROVE, roles.POLICIES_APPROVE, roles.PERSONAL_READ}
    assert person(administrator=True).scopes == frozenset(roles.SCOPES) - work - decides


def test_a_closed_account_may_nothing() -> None:
    user = person("auditor", administrator=True)
    change(user, "auditor", active=False, administrator=True)
    user.refresh_from_db()
    assert user.scopes == frozenset()
