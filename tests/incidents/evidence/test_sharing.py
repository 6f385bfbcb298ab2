"""Links to packages: signed, for a time, revocable, each use on record."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.errors import Conflict, Invalid
from governance.ledger.models import Entry
from incidents.evidence import exports, making, sharing
from incidents.models import Export, ExportShare, Incident
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.incidents.evidence import packing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made() -> Export:
    factory.install()
    row = exports.of_incident(factory.submit(factory.breach()), by=PERSON, at=AT)
    packing.seal()
    assert making.work(now=lambda: AT)
    return Export.objects.get(id=row.id)


def share(of: Export, *, days: int = 7) -> ExportShare:
    return sharing.share(of, "The authority", days=days, by=PERSON, at=AT)


def test_a_link_leads_to_the_file(made: Export) -> None:
    export, path = sharing.follow(sharing.token(share(made)), at=AT + HOUR)
    assert (export.id, path) == (made.id, exports.file(made))


def test_each_use_is_an_entry_and_counted(made: Export) -> None:
    link = share(made)
    for _ in range(2):
        sharing.follow(sharing.token(link), at=AT + HOUR)
    used = Entry.objects.filter(verb="evidence.share_used").order_by("id")
    assert [json.loads(each.body)["after"]["use"] for each in used] == [1, 2]
    assert sharing.one(link.id).uses == 2


def test_a_link_ends_by_itself(made: Export) -> None:
    link = sharing.token(share(made, days=1))
    sharing.follow(link, at=AT + DAY - HOUR)
    with pytest.raises(sharing.Gone):
        sharing.follow(link, at=AT + DAY)


def test_a_link_ends_with_the_file(made: Export) -> None:
    assert share(made, days=90).expires_at == made.expires_at


def test_a_revoked_link_leads_nowhere(made: Export) -> None:
    link = share(made)
    sharing.revoke(link, by=PERSON, at=AT + HOUR)
    with pytest.raises(sharing.Gone):
        sharing.follow(sharing.token(link), at=AT + HOUR)


def test_a_link_is_revoked_once(made: Export) -> None:
    link = sharing.revoke(share(made), by=PERSON, at=AT)
    with pytest.raises(Conflict):
        sharing.revoke(link, by=PERSON, at=AT)


def test_another_signature_leads_nowhere(made: Export) -> None:
    link = sharing.token(share(made))
    wrong = link[:-1] + ("A" if link[-1] != "A" else "B")
    with pytest.raises(sharing.Gone):
        sharing.follow(wrong, at=AT)


def test_the_bare_key_of_a_link_leads_nowhere(made: Export) -> None:
    with pytest.raises(sharing.Gone):
        sharing.follow(str(share(made).id), at=AT)


def test_a_use_that_finds_no_file_is_no_use(made: Export) -> None:
    link = share(made)
    exports.file(made).unlink()
    with pytest.raises(sharing.Gone):
        sharing.follow(sharing.token(link), at=AT)
    assert sharing.one(link.id).uses == 0


def test_sharing_and_revoking_are_entries_of_the_incident(made: Export) -> None:
    sharing.revoke(share(made), by=PERSON, at=AT)
    incident = Incident.objects.get()
    assert factory.verbs(incident)[-2:] == ["evidence.shared", "evidence.share_revoked"]


def test_what_is_not_ready_is_not_shared(made: Export) -> None:
    Export.objects.filter(id=made.id).update(state="waiting")
    with pytest.raises(Conflict):
        share(Export.objects.get(id=made.id))


@pytest.mark.parametrize("days", [0, 91])
def test_a_link_lasts_no_shorter_and_no_longer_than_makes_sense(made: Export, days: int) -> None:
    with pytest.raises(Invalid):
        share(made, days=days)


def test_the_database_wants_to_know_who_revoked_it(made: Export) -> None:
    link = share(made)
    with pytest.raises(DatabaseError, match="revoked_by_somebody"), transaction.atomic():
        ExportShare.objects.filter(id=link.id).update(revoked_at=AT)
