"""The claim that every test in here checks: zero lost, zero early, duplicates carry the same id.

What is owed stands in the rows; what was said is what the mail server was given. The two are
compared once nothing is on its way any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
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


_OWED: Final = "SELECT id, key, destination, state, created_at FROM outbox_message"

_DUE: Final = "SELECT 'timer:' || id, due_at FROM incidents_timer"

_TWICE: Final = """
SELECT destination, subject, because, count(*) FROM outbox_message
 GROUP BY 1, 2, 3, incident_id HAVING count(*) > 1
"""

_FIRED: Final = """
SELECT 'timer:' || id, kind, step FROM incidents_timer WHERE state = 'fired' AND outcome <> %s
"""

_LEFT_OUT: Final = """
SELECT id, kind, step FROM incidents_timer one WHERE state = 'coalesced' AND NOT EXISTS (
  SELECT 1 FROM incidents_timer two WHERE two.clock_id = one.clock_id
     AND two.state = 'fired' AND two.done_at >= one.done_at)
"""

_ENTRIES: Final = "SELECT verb, object_id, count(*) FROM ledger_entry GROUP BY 1, 2"


@dataclass(frozen=True)
class Owed:
    id: UUID
    key: str
    destination: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class _State:
    """One state of the database, and what had arrived before and after it was looked at.

    A timer that falls due, or a message that goes out, between two looks would look like a fault.
    """

    owed: dict[UUID, Owed]
    earlier: dict[UUID, list[Arrival]]
    later: dict[UUID, list[Arrival]]
    due: dict[str, datetime]
    twice: list[tuple[Any, ...]]
    fired: list[tuple[Any, ...]]
    left_out: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]


def check(stack: Stack, *, within: float = 90) -> None:
    """Wait until everything due is done, then hold the rows against what arrived."""
    state = wait_for(
        lambda: _look(stack), until=lambda found: isinstance(found, _State), within=within
    )
    assert isinstance(state, _State), f"still on its way: {state}\n{stack.log('worker')}"
    problems = [
        *_lost(state),
        *_unowed(state),
        *_doubled(state),
        *_early(state),
        *_unsaid(state),
        *_unrecorded(state),
    ]
    assert not problems, "\n".join(problems)


def messages(stack: Stack) -> dict[UUID, Owed]:
    return {row[0]: Owed(*row) for row in stack.rows(_OWED)}


def arrivals(stack: Stack) -> dict[UUID, list[Arrival]]:
    """Every copy that the mail server took, by the id of the message that it carries."""
    found = defaultdict(list)
    for each in list(stack.mail.arrivals):
        found[UUID(str(each.message["Message-ID"]).strip("<>").partition("@")[0])].append(each)
    return found


def _look(stack: Stack) -> _State | list[tuple[Any, ...]]:
    """How it stands; the rows that are still on their way, if any are."""
    earlier = arrivals(stack)
    with stack.at_one_instant() as rows:
        if moving := rows(_MOVING):
            return moving
        return _State(
            owed={row[0]: Owed(*row) for row in rows(_OWED)},
            earlier=earlier,
            later=arrivals(stack),
            due=dict(rows(_DUE)),
            twice=rows(_TWICE),
            fired=rows(_FIRED, NOBODY),
            left_out=rows(_LEFT_OUT),
            entries=rows(_ENTRIES),
        )


def _lost(state: _State) -> Iterator[str]:
    for message in state.owed.values():
        if message.state == "sent" and message.id not in state.later:
            yield f"lost: {message} is marked as sent and never arrived"


def _unowed(state: _State) -> Iterator[str]:
    owed = state.owed
    for id_, each in state.earlier.items():
        if id_ not in owed:
            yield f"unowed: {each[0].message['Subject']} carries {id_}, which no row owes"
        elif {address for copy in each for address in copy.recipients} != {owed[id_].destination}:
            yield f"astray: {owed[id_]} arrived at {[copy.recipients for copy in each]}"


def _doubled(state: _State) -> Iterator[str]:
    """The same words to the same address under two ids, or owed by two rows."""
    words = defaultdict(set)
    for id_, each in state.later.items():
        message, to = each[0].message, each[0].recipients
        body = message.get_body(("plain",))
        words[to, str(message["Subject"]), str(body and body.get_content())].add(id_)
    for said, ids in words.items():
        if len(ids) > 1:
            yield f"doubled: {said[:2]} came under {len(ids)} ids"
    yield from (f"owed twice: {row}" for row in state.twice)


def _early(state: _State) -> Iterator[str]:
    """Before the row that owes it was written, or before the timer that it comes from was due."""
    for id_, each in state.later.items():
        if message := state.owed.get(id_):
            prefix = ":".join(message.key.split(":")[:2])
            earliest = max(message.created_at, state.due.get(prefix, message.created_at))
            yield from (f"early: {message} came at {c.at}" for c in each if c.at < earliest)


def _unsaid(state: _State) -> Iterator[str]:
    """A timer that fired and told nobody; one that was left out for another that said nothing."""
    said = {":".join(message.key.split(":")[:2]) for message in state.owed.values()}
    yield from (f"unsaid: {row}" for row in state.fired if row[0] not in said)
    yield from (f"left out: {row}" for row in state.left_out)


def _unrecorded(state: _State) -> Iterator[str]:
    """The audit trail has each message queued once, and each sent one sent once."""
    counted = Counter({(verb, id_): count for verb, id_, count in state.entries})
    for message in state.owed.values():
        expected = (1, int(message.state == "sent"))
        found = (counted[QUEUED, str(message.id)], counted[SENT, str(message.id)])
        if found != expected:
            yield f"unrecorded: {message} has {found} entries instead of {expected}"
