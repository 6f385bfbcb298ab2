"""Notices under several hands at once, with rows that are committed, in a database of its own."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from governance import clock as time
from governance.ledger.models import Entry
from governance.outbox.models import Message
from incidents import contents, correspondence, sweep
from incidents.models import Clock, FileContent, Notice, NoticeRevision
from incidents.stages.attaching import Upload
from tests import factory
from tests.committed import once, tried_at_once
from tests.incidents.noticing import counsel, writer

AT_ONCE = 4


def at_once(database: str, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, or the code of the error that they end in."""
    return [getattr(each, "code", each) for each in tried_at_once(database, *calls)]


def opened() -> UUID:
    """The clock of a breach at the shipped example organisation."""
    facts = {**factory.report(), "system": "support-assistant"}
    facts["personal_data"] = {"breach": True, "risk": "high"}
    facts["moments"] = {"aware": factory.iso(time.now())}
    incident = factory.submit(facts, at=time.now())
    found = incident.clocks.filter(state="running", duty__policy_name="eu-gdpr-33-34")
    return found.order_by("conservative_due", "id")[0].id


def begin(key: UUID) -> Notice:
    found = Clock.objects.select_related("incident", "duty__decision").get(id=key)
    return correspondence.draft(found, by=writer(), at=time.now())


def queued(key: UUID) -> UUID:
    """A notice whose message has left, and nobody has recorded it."""
    notice = correspondence.submit(begin(key), by=writer(), at=time.now())
    correspondence.approve(notice, seen=1, by=counsel(), at=time.now())
    correspondence.send(
        notice,
        "authority@example.org",
        seen=1,
        confirmed=contents.of(notice).missing,
        by=writer(),
        at=time.now(),
    )
    Message.objects.filter(notices=notice).update(state="sent", sent_at=time.now())
    return notice.id


def test_drafts_begun_at_once_are_one(database: str) -> None:
    key = once(database, opened)
    once(database, writer)
    found = at_once(database, *[lambda: begin(key) and "begun"] * AT_ONCE)
    assert Counter(found) == {"begun": 1, "conflict": AT_ONCE - 1}


def test_of_editors_at_once_one_saves_and_the_others_are_told(database: str) -> None:
    key = once(database, lambda: begin(opened()).id)

    def save(body: str) -> str:
        notice = Notice.objects.select_related("incident").get(id=key)
        given = {"subject": "S", "body": body, "seen": 1}
        correspondence.edit(notice, **given, by=writer(), at=time.now())
        return "saved"

    found = at_once(database, *[lambda n=n: save(f"Text {n}.") for n in range(AT_ONCE)])  # type: ignore[misc]
    assert Counter(found) == {"saved": 1, "overtaken": AT_ONCE - 1}
    assert once(database, NoticeRevision.objects.count) == 2


def test_an_approval_and_an_edit_at_once_never_leave_another_text_approved(database: str) -> None:
    def ready() -> UUID:
        counsel()
        return correspondence.submit(begin(opened()), by=writer(), at=time.now()).id

    key = once(database, ready)

    def approve() -> str:
        notice = Notice.objects.select_related("incident").get(id=key)
        correspondence.approve(notice, seen=1, by=counsel(), at=time.now())
        return "approved"

    def edit() -> str:
        notice = Notice.objects.select_related("incident").get(id=key)
        correspondence.edit(notice, subject="S", body="Other.", seen=1, by=writer(), at=time.now())
        return "edited"

    assert "edited" in at_once(database, approve, edit)
    notice = once(database, lambda: Notice.objects.get(id=key))
    assert (notice.state, notice.revision, notice.approved_by) == ("draft", 2, "")


def test_sweeps_at_once_record_a_sent_notice_once(database: str) -> None:
    once(database, lambda: queued(opened()))
    at_once(database, *[lambda: sweep.settle(at=time.now())] * AT_ONCE)

    def recorded() -> Counter[str]:
        verbs = ["notice.sent", "clock.fulfilled"]
        rows = Entry.objects.filter(verb__in=verbs).exclude(actor="system:outbox")
        return Counter(rows.values_list("verb", flat=True))

    assert once(database, recorded) == {"notice.sent": 1, "clock.fulfilled": 1}


def test_the_same_file_at_once_is_stored_once(database: str) -> None:
    key = once(database, opened)
    once(database, writer)

    def attach(name: str) -> str:
        incident = Clock.objects.select_related("incident").get(id=key).incident
        upload = Upload(name, "text/plain", b"the same bytes")
        return correspondence.attach(incident, upload, by=writer(), at=time.now())[0].content_id

    found = at_once(database, *[lambda n=n: attach(f"{n}.txt") for n in range(AT_ONCE)])  # type: ignore[misc]
    assert len(set(found)) == 1
    assert once(database, FileContent.objects.count) == 1
