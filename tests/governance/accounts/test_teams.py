from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.accounts import keys, people, roles, teams
from governance.accounts.models import Membership, Team, TeamSystem, User
from governance.errors import BylawError, Conflict, Invalid, NotAllowed
from governance.ledger.models import Entry
from tests import factory

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"by": factory.PERSON, "at": factory.AT}


def care(*systems: str) -> Team:
    made = teams.make("Care", **BY)
    return teams.give(made, systems, **BY) if systems else made


def someone(name: str = "alex") -> User:
    return User.objects.get(id=factory.person(name).id)


def rights(user: User) -> Any:
    return User.objects.get(id=user.id).rights


def last(verb: str) -> Entry:
    return Entry.objects.filter(verb=verb).latest("id")


def test_a_member_holds_the_role_with_the_systems_of_the_team() -> None:
    user = someone()
    teams.appoint(care("triage"), user, ["responder"], **BY)
    assert rights(user).has(roles.INCIDENTS_RESPOND, "triage")


def test_and_with_no_other_system() -> None:
    user = someone()
    teams.appoint(care("triage"), user, ["responder"], **BY)
    assert not rights(user).has(roles.INCIDENTS_RESPOND, "chat-bot")
    assert not rights(user).has(roles.INCIDENTS_RESPOND, None)


def test_a_role_held_everywhere_needs_no_team() -> None:
    factory.person("kim", "responder")
    assert rights(User.objects.get(username="kim")).has(roles.INCIDENTS_RESPOND, "anything")


def test_a_role_in_a_team_gives_nothing_that_is_of_no_system() -> None:
    user = someone()
    teams.appoint(care("triage"), user, ["compliance-officer", "administrator"], **BY)
    assert rights(user).anywhere & {roles.POLICIES_WRITE, roles.POLICIES_APPROVE} == set()
    assert not rights(user).has(roles.TEAMS_MANAGE)


def test_who_is_in_a_team_reads_the_policies() -> None:
    user = someone()
    teams.appoint(care(), user, ["responder"], **BY)
    assert rights(user).has(roles.POLICIES_READ)


def test_rights_take_one_query(django_assert_num_queries: Callable[[int], Any]) -> None:
    user = someone()
    teams.appoint(care("triage", "chat-bot"), user, ["responder"], **BY)
    fresh = User.objects.get(id=user.id)
    with django_assert_num_queries(1):
        assert fresh.rights.anywhere
        assert fresh.rights.everywhere


def test_a_closed_account_holds_nothing_in_its_teams() -> None:
    user = someone()
    teams.appoint(care("triage"), user, ["responder"], **BY)
    User.objects.filter(id=user.id).update(is_active=False)
    assert not rights(user).anywhere


def test_a_system_has_one_owner() -> None:
    care("triage")
    with pytest.raises(Conflict, match="take it from that team first"):
        teams.give(teams.make("Sales", **BY), ["triage"], **BY)


def test_the_database_refuses_a_second_owner() -> None:
    care("triage")
    other = teams.make("Sales", **BY)
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamSystem.objects.create(team=other, system="triage", given_at=factory.AT)


def test_a_system_that_was_taken_can_be_given_to_another() -> None:
    teams.take(care("triage"), ["triage"], **BY)
    other = teams.give(teams.make("Sales", **BY), ["triage"], **BY)
    assert teams.systems_of(other) == ["triage"]


def test_systems_are_on_record_before_and_after() -> None:
    team = care("triage")
    teams.give(team, ["chat-bot"], **BY)
    body = last("team.systems_changed").body
    assert '"before":{"systems":["triage"]}' in body
    assert '"after":{"systems":["chat-bot","triage"]}' in body


def test_what_a_team_has_already_is_given_without_an_entry() -> None:
    team = care("triage")
    teams.give(team, ["triage"], **BY)
    assert Entry.objects.filter(verb="team.systems_changed").count() == 1


def test_a_change_of_roles_is_on_record() -> None:
    team, user = care("triage"), someone()
    teams.appoint(team, user, ["responder"], **BY)
    teams.appoint(team, user, ["auditor"], **BY)
    assert '"roles":["auditor"]' in last("team.member_changed").body


def test_without_roles_one_leaves() -> None:
    team, user = care("triage"), someone()
    teams.appoint(team, user, ["responder"], **BY)
    teams.appoint(team, user, [], **BY)
    assert not Membership.objects.exists()
    assert not rights(user).anywhere


def test_nobody_changes_the_own_roles() -> None:
    me = factory.person("admin", "administrator")
    with pytest.raises(NotAllowed, match="Another person must"):
        teams.appoint(
            care("triage"),
            User.objects.get(id=me.id),
            ["compliance-officer"],
            by=factory.key_of(me),
            at=factory.AT,
        )


def test_a_closed_team_has_nothing_left() -> None:
    team, user = care("triage"), someone()
    teams.appoint(team, user, ["responder"], **BY)
    _, plain = _key(team)
    teams.close(team, reason="Reorganised.", **BY)
    assert not rights(user).anywhere
    assert not TeamSystem.objects.exists()
    assert keys.find(plain, at=factory.AT) is None


def test_what_a_closed_team_had_is_on_record() -> None:
    team = care("triage")
    teams.close(team, reason="Reorganised.", **BY)
    assert '"systems":["triage"]' in last("team.closed").body


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda team: teams.make(" ", **BY), Invalid),
        (lambda team: teams.make("Care", **BY), Conflict),
        (lambda team: teams.give(team, [""], **BY), Invalid),
        (lambda team: teams.give(team, ["x" * 81], **BY), Invalid),
        (lambda team: teams.take(team, ["triage"], **BY), Invalid),
        (lambda team: teams.appoint(team, someone(), ["king"], **BY), Invalid),
        (lambda team: teams.close(team, reason=" ", **BY), Invalid),
    ],
    ids=["no name", "name taken", "no system", "long system", "not owned", "no role", "no reason"],
)
def test_what_makes_no_sense_is_refused(
    change: Callable[[Team], object], error: type[BylawError]
) -> None:
    team = care()
    with pytest.raises(error):
        change(team)


def test_a_closed_team_does_not_change() -> None:
    team = teams.close(care(), reason="Over.", **BY)
    with pytest.raises(Conflict, match="is closed"):
        teams.give(team, ["triage"], **BY)


# --- keys ----------------------------------------------------------------------------------------


def _key(team: Team, *scopes: str) -> tuple[Any, str]:
    ends = factory.AT + 24 * factory.HOUR
    wanted = scopes or (roles.INCIDENTS_READ,)
    return keys.mint(name="tool", scopes=wanted, expires_at=ends, team=team, **BY)


def test_a_key_of_a_team_says_so_in_its_entry() -> None:
    team = care()
    _key(team)
    assert f'"team":"{team.id}"' in last("api_key.created").body


@pytest.mark.parametrize("scope", [roles.POLICIES_WRITE, roles.TEAMS_MANAGE, roles.WEBHOOKS_MANAGE])
def test_a_key_of_a_team_has_no_scope_that_is_of_no_system(scope: str) -> None:
    with pytest.raises(Invalid, match="without a team"):
        _key(care(), scope)


def test_a_closed_team_gets_no_key() -> None:
    team = teams.close(care(), reason="Over.", **BY)
    with pytest.raises(Invalid, match="is closed"):
        _key(team)


# --- who is told ---------------------------------------------------------------------------------


def _told(role: str, system: str) -> Any:
    return people.holders([role], ["triage", "chat-bot"])[role, system]


def test_a_member_is_told_what_is_for_the_role_and_of_the_team() -> None:
    user = someone()
    User.objects.filter(id=user.id).update(email="alex@example.org")
    teams.appoint(care("triage"), user, ["responder"], **BY)
    assert _told("responder", "triage") == ["alex@example.org"]


def test_and_nothing_of_other_systems_or_roles() -> None:
    user = someone()
    User.objects.filter(id=user.id).update(email="alex@example.org")
    teams.appoint(care("triage"), user, ["responder"], **BY)
    assert _told("responder", "chat-bot") == []
    assert _told("auditor", "triage") == []


def test_who_holds_a_role_everywhere_and_in_a_team_is_told_once() -> None:
    factory.person("kim", "responder")
    user = User.objects.get(username="kim")
    User.objects.filter(id=user.id).update(email="kim@example.org")
    teams.appoint(care("triage", "chat-bot"), user, ["responder"], **BY)
    assert _told("responder", "triage") == ["kim@example.org"]
