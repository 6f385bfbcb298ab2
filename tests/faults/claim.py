"""The claim that every test in here checks: zero lost, zero early, duplicates carry the same id.

What is owed stands in the rows; what was said is what the mail server was given. The two are
compared once nothing is on its way any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tests.live.mail import Arrival
from tests.live.stack import Stack, wait_for

#: What the ledger calls it.
QUEUED: Final = "message.queued"
SENT: Final = "message.sent"
UNDELIVERABLE: Final = "message.undeliverable"
NOBODY: Final = "Nobody to tell."

_MOVING: Final = """
SELECT 'message', id::text, last_error FROM outbox_message WHERE state = 'pending'
UNION ALL
SELECT 'timer', id::text, outcome FROM incidents_timer
 WHERE state = 'pending' AND due_at <= clock_timestamp()
UNION ALL
SELECT 'submission', id::text, '' FROM incidents_submission WHERE status = 'received'
"""


@dataclass(frozen=True)
class Owed:
    id: UUID
    key: str
    destination: str
    state: str
    created_at: datetime


def check(stack: Stack, *, within: float = 90) -> None:
    """Wait until everything due is done, then hold the rows against what arrived."""
    moving = wait_for(lambda: stack.rows(_MOVING), until=lambda rows: not rows, within=within)
    assert not moving, f"still on its way: {moving}\n{stack.log('worker')}"
    owed = messages(stack)
    copies = arrivals(stack)
    problems = [
        *_lost(owed, copies),
        *_unowed(owed, copies),
        *_doubled(stack, copies),
        *_early(stack, owed, copies),
        *_unsaid(stack, owed),
        *_unrecorded(stack, owed),
    ]
    assert not problems, "\n".join(problems)


def messages(stack: Stack) -> dict[UUID, Owed]:
    rows = stack.rows("SELECT id, key, destination, state, created_at FROM outbox_message")
    return {row[0]: Owed(*row) for row in rows}


def arrivals(stack: Stack) -> dict[UUID, list[Arrival]]:
    """Every copy that the mail server took, by the id of the message that it carries."""
    found = defaultdict(list)
    for each in list(stack.mail.arrivals):
        found[UUID(str(each.message["Message-ID"]).strip("<>").partition("@")[0])].append(each)
    return found


def _lost(owed: dict[UUID, Owed], copies: dict[UUID, list[Arrival]]) -> Iterator[str]:
    for message in owed.values():
        if message.state == "sent" and message.id not in copies:
            yield f"lost: {message} is marked as sent and never arrived"


def _unowed(owed: dict[UUID, Owed], copies: dict[UUID, list[Arrival]]) -> Iterator[str]:
    for id_, each in copies.items():
        if id_ not in owed:
            yield f"unowed: {each[0].message['Subject']} carries {id_}, which no row owes"
        elif {address for copy in each for address in copy.recipients} != {owed[id_].destination}:
            yield f"astray: {owed[id_]} arrived at {[copy.recipients for copy in each]}"


def _doubled(stack: Stack, copies: dict[UUID, list[Arrival]]) -> Iterator[str]:
    """The same words to the same address under two ids, or owed by two rows."""
    words = defaultdict(set)
    for id_, each in copies.items():
        message, to = each[0].message, each[0].recipients
        body = message.get_body(("plain",))
        words[to, str(message["Subject"]), str(body and body.get_content())].add(id_)
    for said, ids in words.items():
        if len(ids) > 1:
            yield f"doubled: {said[:2]} came under {len(ids)} ids"
    twice = stack.rows(
        "SELECT destination, subject, because, count(*) FROM outbox_message"
        " GROUP BY 1, 2, 3, incident_id HAVING count(*) > 1"
    )
    yield from (f"owed twice: {row}" for row in twice)


def _early(
    stack: Stack, owed: dict[UUID, Owed], copies: dict[UUID, list[Arrival]]
) -> Iterator[str]:
    """Before the row that owes it was written, or before the timer that it comes from was due."""
    due = dict(stack.rows("SELECT 'timer:' || id, due_at FROM incidents_timer"))
    for id_, each in copies.items():
        if id_ in owed:
            prefix = ":".join(owed[id_].key.split(":")[:2])
            earliest = max(owed[id_].created_at, due.get(prefix, owed[id_].created_at))
            yield from (f"early: {owed[id_]} came at {c.at}" for c in each if c.at < earliest)


def _unsaid(stack: Stack, owed: dict[UUID, Owed]) -> Iterator[str]:
    """A timer that fired and told nobody; one that was left out for another that said nothing."""
    said = {":".join(message.key.split(":")[:2]) for message in owed.values()}
    fired = stack.rows(
        "SELECT 'timer:' || id, kind, step FROM incidents_timer"
        " WHERE state = 'fired' AND outcome <> %s",
        NOBODY,
    )
    yield from (f"unsaid: {row}" for row in fired if row[0] not in said)
    yield from (
        f"left out: {row}"
        for row in stack.rows(
            "SELECT id, kind, step FROM incidents_timer one WHERE state = 'coalesced' AND NOT"
            " EXISTS (SELECT 1 FROM incidents_timer two WHERE two.clock_id = one.clock_id"
            "         AND two.state = 'fired' AND two.done_at >= one.done_at)"
        )
    )


def _unrecorded(stack: Stack, owed: dict[UUID, Owed]) -> Iterator[str]:
    """The audit trail has each message queued once, and each sent one sent once."""
    rows = stack.rows("SELECT verb, object_id, count(*) FROM ledger_entry GROUP BY 1, 2")
    counted = Counter({(verb, id_): count for verb, id_, count in rows})
    for message in owed.values():
        expected = (1, int(message.state == "sent"))
        found = (counted[QUEUED, str(message.id)], counted[SENT, str(message.id)])
        if found != expected:
            yield f"unrecorded: {message} has {found} entries instead of {expected}"
