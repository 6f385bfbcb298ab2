"""Putting policies in force at set-up: all or none, and never over an officer's work."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from governance.errors import Conflict
from governance.ledger.models import Entry
from policies import drafts, releases, versions
from policies.errors import PolicyProblems
from policies.models import PolicyVersion, Standing
from policies.versions import Installed
from tests import factory
from tests.factory import AT, INSTALLED, MINUTE, PERSON
from tests.policies.officers import NEXT, TESTS

pytestmark = pytest.mark.django_db
SEVERITY = "SeverityPolicy/severity"


def put(*texts: str, at: datetime = AT) -> list[Installed]:
    pairs = [(factory.document(text), "pack:base/x.yaml") for text in texts]
    return list(versions.install(pairs, at=at))


def version(number: str) -> PolicyVersion:
    return PolicyVersion.objects.get(kind="SeverityPolicy", version=number)


def test_what_is_installed_is_in_force_from_then_on() -> None:
    factory.install()
    members = releases.members_at(INSTALLED)
    assert f"{SEVERITY}@1.0.0" in [identity for _, identity, _ in members]
    assert releases.members_at(INSTALLED - MINUTE) == []


def test_the_text_is_stored_byte_for_byte() -> None:
    factory.install()
    assert version("1.0.0").text == factory.text("severity")


def test_installing_again_changes_nothing() -> None:
    factory.install()
    assert put(factory.text("severity"))[0].outcome == "unchanged"
    assert Entry.objects.filter(verb="policy.installed").count() == len(factory.house())


def test_a_comment_changes_nothing() -> None:
    factory.install()
    assert put("# A comment.\n" + factory.text("severity"))[0].outcome == "unchanged"


def test_setting_up_again_leaves_another_version_alone() -> None:
    factory.install()
    assert put(NEXT)[0].outcome == "held_back"
    assert releases.in_force(AT).severity.default == "SEV3"


def test_setting_up_leaves_an_officers_draft_alone() -> None:
    drafts.create(NEXT, origin="console", by=PERSON, at=AT)
    assert put(factory.text("severity"))[0].outcome == "held_back"


def test_a_version_number_with_another_meaning_is_refused() -> None:
    factory.install()
    with pytest.raises(Conflict, match=r"raise metadata\.version"):
        put(factory.text("severity", ("default: SEV3", "default: SEV2")))


def test_two_versions_of_one_policy_are_refused() -> None:
    with pytest.raises(Conflict, match="are one policy"):
        put(factory.text("severity"), NEXT)


def test_what_does_not_work_together_is_not_installed() -> None:
    with pytest.raises(PolicyProblems, match="exactly one"):
        put(factory.text("severity"))
    assert not PolicyVersion.objects.exists()


def test_no_person_approved_what_was_installed_and_it_says_so() -> None:
    factory.install()
    put(TESTS)
    found = PolicyVersion.objects.get(kind="PolicyTest")
    assert (found.authors, found.approved_by) == (["pack:base"], "system:setup")
    assert not found.approved_by_a_person


def test_an_entry_says_what_was_installed_from_where() -> None:
    factory.install()
    entry = Entry.objects.get(verb="policy.installed", object_id=str(version("1.0.0").id))
    assert f'"identity":"{SEVERITY}@1.0.0"' in entry.body
    assert '"reason":"files:house"' in entry.body


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (INSTALLED - MINUTE, Standing.SCHEDULED),
        (INSTALLED, Standing.IN_FORCE),
        (AT - MINUTE, Standing.IN_FORCE),
        (AT, Standing.RETIRED),
    ],
)
def test_dates_alone_tell_where_a_version_stands(at: datetime, standing: Standing) -> None:
    factory.install()
    factory.install(at=AT, severity=NEXT)
    assert version("1.0.0").standing(at) == standing


def test_the_database_keeps_two_versions_from_being_in_force_at_once() -> None:
    factory.install()
    factory.install(at=AT, severity=NEXT)
    with pytest.raises(IntegrityError, match="policy_one_in_force"), transaction.atomic():
        PolicyVersion.objects.filter(id=version("1.0.0").id).update(effective_until=None)


def test_policy_tests_have_dates_but_are_in_no_release() -> None:
    factory.install()
    before = releases.in_force(AT).digest
    put(TESTS)
    assert releases.in_force(AT).digest == before
    assert releases.versions_at(AT).filter(kind="PolicyTest").exists()
