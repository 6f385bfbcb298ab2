"""Which rules held when, and pinning them to decisions."""

from typing import Any

import pytest
from django.db import connection

from policies import models, releases
from policies.errors import NoRelease
from policies.models import PolicyVersion
from tests import factory
from tests.factory import AT, INSTALLED, MINUTE

pytestmark = pytest.mark.django_db


def test_without_policies_there_is_no_release() -> None:
    with pytest.raises(NoRelease, match="policies install") as raised:
        releases.in_force(AT)
    assert raised.value.status == 503


def test_the_release_in_force_is_that_of_the_documents() -> None:
    factory.install()
    assert releases.in_force(AT).digest == factory.release().digest


def test_before_they_were_in_force_there_is_no_release() -> None:
    factory.install()
    with pytest.raises(NoRelease):
        releases.in_force(INSTALLED - MINUTE)


def test_a_release_is_compiled_once() -> None:
    factory.install()
    assert releases.in_force(AT) is releases.in_force(AT + MINUTE)


def test_members_seen_before_come_without_their_rows(django_assert_num_queries: Any) -> None:
    factory.install()
    members = releases.members_at(AT)
    with django_assert_num_queries(1):
        assert releases.members_at(AT + MINUTE) == members


def test_members_are_those_of_their_rows() -> None:
    factory.install()
    rows = releases.versions_at(AT).exclude(kind__in=releases.NOT_MEMBERS)
    expected = [(row.id, str(row), row.digest) for row in rows]
    for _ in range(2):
        assert releases.members_at(AT) == sorted(expected, key=lambda member: member[1])


@pytest.mark.parametrize("column", ["digest", "version", "kind", "name"])
def test_a_version_that_is_another_now_is_seen(column: str) -> None:
    factory.install()
    before = releases.members_at(AT)
    with connection.cursor() as cursor:  # past the triggers, as nobody can
        cursor.execute("SET LOCAL session_replication_role = replica")
    PolicyVersion.objects.filter(name="breach").update(**{column: "x"})
    assert releases.members_at(AT) != before


def test_a_pinned_release_outlives_its_members() -> None:
    factory.install()
    members = releases.members_at(AT)
    release = releases.compiled(members)
    releases.pin(release, members, at=AT)
    factory.install(at=AT + MINUTE, breach=factory.text("breach", ("1.0.0", "1.1.0")))
    assert releases.in_force(AT + MINUTE).digest != release.digest
    assert releases.pinned(release.digest).digest == release.digest


def test_a_pinned_release_is_looked_up_once_a_process(django_assert_num_queries: Any) -> None:
    factory.install()
    release = releases.in_force(AT)
    with django_assert_num_queries(0):
        assert releases.pinned(release.digest) is release


def test_pinning_twice_keeps_one_row() -> None:
    factory.install()
    members = releases.members_at(AT)
    for _ in range(2):
        releases.pin(releases.compiled(members), members, at=AT)
    assert models.Release.objects.count() == 1


def test_members_that_do_not_work_together_are_no_release() -> None:
    factory.install()
    PolicyVersion.objects.filter(kind="SystemRegister").update(effective_until=AT)
    with pytest.raises(NoRelease, match="exactly one SystemRegister"):
        releases.in_force(AT)


def test_a_text_that_was_tampered_with_is_not_used() -> None:
    factory.install()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: an intruder
        cursor.execute(
            "UPDATE policies_policyversion SET text = replace(text, 'default: SEV3', "
            "'default: SEV2') WHERE kind = 'SeverityPolicy'"
        )
    releases._compiled.cache_clear()  # as in a process that starts now
    with pytest.raises(NoRelease, match="does not match its digest"):
        releases.in_force(AT)
