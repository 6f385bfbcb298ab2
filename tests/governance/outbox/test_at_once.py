"""Several at once, with rows that are committed, in a database of its own."""

import time
from threading import Event

from django.db import transaction

from governance.ledger.models import Entry
from governance.outbox import dead_letters, outbox
from governance.outbox.models import Message
from tests.committed import at_once
from tests.governance.outbox.letters import AT, BY, INCIDENT, SECOND, draft, kill


def owe(*drafts: outbox.Draft) -> list[Message]:
    with transaction.atomic():
        return list(outbox.enqueue(drafts, by=BY, at=AT))


def test_many_who_look_for_dead_letters_at_once_each_see_others(database: str) -> None:
    def prepare() -> None:
        for message in owe(*(draft(str(each), to=f"{each}@example.org") for each in range(40))):
            kill(message)

    def look() -> list[str]:
        with transaction.atomic():
            found = dead_letters.unescalated(limit=10)
            for message in found:
                dead_letters.mark_escalated(message, told=[], by=BY, at=AT)
            return [message.key for message in found]

    at_once(database, prepare)
    seen = [key for keys in at_once(database, *[look] * 4) for key in keys]
    (recorded,) = at_once(database, lambda: Entry.objects.filter(verb="message.escalated").count())
    assert len(seen) == len(set(seen)) == recorded > 0


def test_two_who_replay_the_same_at_once_replay_each_once(database: str) -> None:
    def prepare() -> None:
        for message in owe(*(draft(str(each)) for each in range(20))):
            kill(message)

    def replay() -> int:
        return dead_letters.replay_all(Message.objects.all(), by=BY, at=AT)

    at_once(database, prepare)
    replayed = at_once(database, *[replay] * 4)
    recorded = at_once(database, lambda: Entry.objects.filter(verb="message.replayed").count())
    assert [sum(replayed)] == recorded == [20]


def test_a_key_that_another_transaction_owes_first_is_recorded_once(database: str) -> None:
    owing = Event()

    def first() -> int:
        with transaction.atomic():
            found = outbox.enqueue([draft("k1")], by=BY, at=AT)
            owing.set()
            time.sleep(0.3)  # the second now waits for this one to commit
        return len(found)

    def second() -> int:
        owing.wait(10)
        return len(owe(draft("k1")))

    assert at_once(database, first, second) == [1, 0]
    recorded = at_once(database, lambda: Entry.objects.filter(verb="message.queued").count())
    assert recorded == [1]


def test_many_claimers_never_hold_two_messages_of_one_lane(database: str) -> None:
    lanes, deep = 10, 5

    def prepare() -> None:
        owe(
            *(
                draft(f"{lane}:{each}", to=f"{lane}@example.org", incident_id=INCIDENT)
                for each in range(deep)
                for lane in range(lanes)
            )
        )

    def claim_and_send() -> list[tuple[str, int]]:
        """Lane and number of everything sent, in the order in which it was."""
        found = []
        for _ in range(60):
            for message in outbox.claim(at=AT + SECOND, limit=3):
                found.append((message.lane, message.number))
                outbox._confirm(message, "receipt", at=AT + SECOND)
        return found

    at_once(database, prepare)
    sent = [each for found in at_once(database, *[claim_and_send] * 4) for each in found]
    assert len(sent) == len(set(sent)) == lanes * deep
    (entries,) = at_once(database, _sent_in_order)
    for lane in {lane for lane, _ in sent}:
        numbers = [number for where, number in entries if where == lane]
        assert numbers == sorted(numbers)


def _sent_in_order() -> list[tuple[str, int]]:
    known = {str(each.id): (each.lane, each.number) for each in Message.objects.all()}
    entries = Entry.objects.filter(verb="message.sent").order_by("id")
    return [known[entry.object_id] for entry in entries]
