"""Putting policy versions in force: all or none, and never over an officer's work."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from governance.errors import Conflict
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry
from policies import releases, versions
from policies.errors import PolicyProblems
from policies.models import PolicyVersion
from policies.versions import Installed
from tests import factory
from tests.factory import AT, INSTALLED

pytestmark = pytest.mark.django_db
BY = Actor("system", "test")
SEVERITY = "SeverityPolicy/severity"
NEXT = factory.text(
    "severity", ("version: 1.0.0", "version: 1.1.0"), ("SEV3\n  when", "SEV2\n  when")
)


def put(text: str, *, replace: bool = True, at: datetime = AT) -> Installed:
    (outcome,) = versions.install([(factory.document(text), "test")], replace=replace, by=BY, at=at)
    return outcome


def version(number: str) -> PolicyVersion:
    return PolicyVersion.objects.get(kind="SeverityPolicy", version=number)


def test_what_is_installed_is_in_force_from_then_on() -> None:
    factory.install()
    members = releases.members_at(INSTALLED)
    assert f"{SEVERITY}@1.0.0" in [identity for _, identity, _ in members]
    assert releases.members_at(datetime(2025, 1, 1, tzinfo=INSTALLED.tzinfo)) == []


def test_the_text_is_stored_byte_for_byte() -> None:
    factory.install()
    assert version("1.0.0").text == factory.text("severity")


def test_installing_again_changes_nothing() -> None:
    factory.install()
    assert put(factory.text("severity")).outcome == "unchanged"
    assert Entry.objects.filter(verb="policy.installed").count() == len(factory.house())


def test_a_comment_changes_nothing() -> None:
    factory.install()
    assert put("# A comment.\n" + factory.text("severity")).outcome == "unchanged"


def test_a_new_version_ends_the_old_one() -> None:
    factory.install()
    assert put(NEXT).outcome == "installed"
    old, new = version("1.0.0"), version("1.1.0")
    assert (old.effective_until, old.status, new.effective_from) == (AT, "retired", AT)


def test_the_past_keeps_its_version() -> None:
    factory.install()
    put(NEXT)
    assert releases.in_force(INSTALLED).severity.default == "SEV3"
    assert releases.in_force(AT).severity.default == "SEV2"


def test_setting_up_again_leaves_another_version_alone() -> None:
    factory.install()
    assert put(NEXT, replace=False).outcome == "held_back"
    assert releases.in_force(AT).severity.default == "SEV3"


def test_a_version_number_with_another_meaning_is_refused() -> None:
    factory.install()
    other = factory.text("severity", ("default: SEV3", "default: SEV2"))
    with pytest.raises(Conflict, match=r"raise metadata\.version"):
        put(other)


def test_two_versions_of_one_policy_at_once_are_refused() -> None:
    factory.install(severity=NEXT)
    third = NEXT.replace("1.1.0", "1.2.0")
    fourth = NEXT.replace("1.1.0", "1.3.0")
    pairs = [(factory.document(text), "test") for text in (third, fourth)]
    with pytest.raises(Conflict, match="both come into force at once"):
        versions.install(pairs, replace=True, by=BY, at=AT)


def test_what_would_not_work_together_is_not_installed() -> None:
    factory.install()
    broken = NEXT.replace("{id: SEV3, title: Low}", "{id: SEV3, title: Low}, {id: SEV4, title: x}")
    broken = broken.replace(
        "    - {id: SEV3, title: Low}, ", "    - {id: SEV3, title: Low}\n    - "
    )
    with pytest.raises(PolicyProblems, match="No escalation for SEV4"):
        put(broken)
    assert not PolicyVersion.objects.filter(version="1.1.0").exists()


def test_an_entry_says_what_replaced_what() -> None:
    factory.install()
    put(NEXT)
    body = Entry.objects.get(verb="policy.installed", object_id=str(version("1.1.0").id)).body
    assert f'"before":{{"digest":"{version("1.0.0").digest}"' in body
    assert f'"identity":"{SEVERITY}@1.1.0"' in body


def test_the_database_keeps_two_versions_from_being_in_force_at_once() -> None:
    factory.install()
    put(NEXT)
    with pytest.raises(IntegrityError, match="policy_one_in_force"), transaction.atomic():
        PolicyVersion.objects.filter(version="1.0.0", kind="SeverityPolicy").update(
            effective_until=None
        )


def test_the_database_keeps_a_draft_from_being_in_force() -> None:
    factory.install()
    with (
        pytest.raises(IntegrityError, match="policy_effective_once_approved"),
        transaction.atomic(),
    ):
        PolicyVersion.objects.filter(kind="SeverityPolicy").update(status="draft")


def test_a_retired_version_does_not_come_back_under_its_old_number() -> None:
    factory.install()
    put(NEXT)
    with pytest.raises(Conflict, match="is retired"):
        put(factory.text("severity"), at=AT + factory.HOUR)
