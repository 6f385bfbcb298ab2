"""The row of a notice: its present text, another text, another state, and words for the ledger."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from governance import english
from governance.accounts import people
from governance.ledger import ledger
from incidents import papers
from incidents.errors import Overtaken, WrongState
from incidents.models import Attachment, Clock, Decision, Notice, NoticeRevision

Origin = NoticeRevision.Origin


def live(clock: Clock) -> Notice | None:
    """The notice of the clock that is being written, judged or sent; there is one at most."""
    return clock.notices.filter(state__in=Notice.LIVE).first()


def current(notice: Notice) -> NoticeRevision:
    return notice.revisions.select_related("drawn_from").get(number=notice.revision)


def paper(revision: NoticeRevision) -> papers.Paper:
    enclosures = tuple(map(papers.Enclosure.of, revision.enclosures))
    return papers.Paper(revision.subject, revision.body, enclosures)


def enclosed(attachments: Iterable[Attachment]) -> tuple[papers.Enclosure, ...]:
    return tuple(
        papers.Enclosure(str(each.id), each.name, each.content_id, each.content.size)
        for each in attachments
    )


def rewrite(
    notice: Notice,
    paper_: papers.Paper,
    *,
    seen: int,
    origin: str,
    decision: Decision,
    by: ledger.Actor,
    at: datetime,
    **columns: Any,
) -> NoticeRevision:
    """Give the notice its next text, which is a draft and approved by nobody. Raises Overtaken when
    `seen` is not its present revision, WrongState when its text is fixed."""
    person = people.behind(by)
    refuse_overtaken(notice, seen)
    changed = Notice.objects.filter(
        id=notice.id, state__in=Notice.WRITABLE, revision=notice.revision
    ).update(
        state=Notice.State.DRAFT,
        revision=notice.revision + 1,
        editors=sorted({*notice.editors, person}),
        approved_by="",
        approved_at=None,
        approved_digest="",
        message=None,
        error="",
        **columns,
    )
    if not changed:
        raise _fixed(notice)
    notice.refresh_from_db()
    return add(notice, paper_, origin=origin, decision=decision, by=by, at=at)


def add(
    notice: Notice,
    paper_: papers.Paper,
    *,
    origin: str,
    decision: Decision,
    by: ledger.Actor,
    at: datetime,
) -> NoticeRevision:
    """Keep the text that the notice's number now stands for."""
    return NoticeRevision.objects.create(
        notice=notice,
        number=notice.revision,
        origin=origin,
        subject=paper_.subject,
        body=paper_.body,
        enclosures=[each.as_dict() for each in paper_.enclosures],
        digest=paper_.digest,
        drawn_from=decision,
        by=str(by),
        person=people.behind(by),
        at=at,
    )


def move(notice: Notice, *states: Notice.State, to: Notice.State, **columns: Any) -> str:
    """Bring the notice from one of `states` to another; returns the former one. Raises WrongState,
    and then nothing has changed."""
    former = notice.state
    changed = Notice.objects.filter(
        id=notice.id, state=former, revision=notice.revision, state__in=states
    ).update(state=to, **columns)
    if not changed:
        raise WrongState(
            f"This notice is {english.label(notice)}; from there it cannot become "
            f"{to.label.lower()}."
        )
    notice.refresh_from_db()
    return former


def refuse_overtaken(notice: Notice, seen: int) -> None:
    if seen != notice.revision:
        raise Overtaken(
            f"Somebody saved text {notice.revision} meanwhile; you saw text {seen}. Look at theirs "
            "first.",
            extra={"revision": notice.revision},
        )


def event(
    verb: str,
    notice: Notice,
    former: str | None,
    reason: str = "",
    *,
    because: str = "",
    personal: Mapping[str, object] | None = None,
    **more: Any,
) -> ledger.Event:
    """The entry of a change that has been made: which text by its digest, never the text. `reason`
    is in a person's words."""
    number = notice.revision
    digest = notice.revisions.values_list("digest", flat=True).get(number=number)
    after = {
        "state": notice.state,
        "clock": str(notice.clock_id),
        "template": notice.template,
        "revision": number,
        "sha256": digest,
        **more,
    }
    before = None if former is None else {"state": former}
    return ledger.Event(
        verb,
        "notice",
        notice.id,
        notice.incident_id,
        before,
        after,
        reason,
        because,
        personal or {},
    )


def _fixed(notice: Notice) -> WrongState:
    return WrongState(f"This notice is {english.label(notice)}; its text does not change any more.")
