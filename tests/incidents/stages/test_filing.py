"""A notice leaves: by hand, or through the outbox and a real mail server."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from governance.errors import Invalid
from governance.outbox import outbox
from governance.outbox.models import Message
from incidents import correspondence, flow, notices, sweep
from incidents.errors import Incomplete, Overtaken, WrongState
from incidents.models import Clock, Notice
from incidents.stages.attaching import Upload
from incidents.stages.filing import Filing
from incidents.stages.fulfilling import Fulfilment
from tests import factory
from tests.factory import AT, HOUR, MINUTE
from tests.incidents import noticing, reassessing
from tests.incidents.noticing import (
    MINUTES,
    approved,
    clock,
    counsel,
    draft,
    edit,
    entry,
    file,
    send,
    submitted,
    writer,
)
from tests.live.mail import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> None:
    noticing.install()


@pytest.fixture
def mail(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


def fresh(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def of_clock(notice: Notice) -> Clock:
    return Clock.objects.get(id=notice.clock_id)


def deliver(at: datetime = AT + MINUTES, *, rounds: int = 1) -> None:
    """What the worker does, with what the factory's reports owe left out."""
    for turn in range(rounds):
        now = at + turn * timedelta(hours=9)
        Message.objects.filter(notices=None).update(state="dead")
        outbox.deliver(outbox.claim(at=now, limit=100), now=lambda now=now: now)  # type: ignore[misc]


# --- by hand -----------------------------------------------------------------------------------


def test_filing_fulfils_the_clock_with_who_approved_and_to_whom() -> None:
    found = of_clock(file(approved()))
    assert (found.state, found.fulfilled_at, found.sent_to, found.receipt_number) == (
        "fulfilled",
        AT + MINUTES,
        "Data protection authority",
        "R-17",
    )
    assert (found.approved_by, found.unapproved) == (str(counsel()), False)


def test_the_entry_of_the_filing_proves_the_bytes_and_the_receipt() -> None:
    notice = approved()
    receipt = Upload("receipt.pdf", "application/pdf", b"%PDF received", "receipt")
    file(notice, receipts=[receipt])
    record = entry(notice, "notice.filed").body
    (attached,) = notice.attachments.all()
    for part in (notice.approved_digest, attached.content_id, str(counsel()), "R-17"):
        assert part in record


def test_a_filed_notice_starts_the_stage_that_counts_from_it() -> None:
    notice = file(approved())
    final = factory.deadline(notice.incident, "notify", "final")
    assert (final.state, final.legal_due) == ("running", AT + MINUTES + 24 * HOUR)


def test_without_approval_it_does_not_leave() -> None:
    with pytest.raises(WrongState, match="wants it approved"):
        file(draft())
    with pytest.raises(WrongState, match="wants it approved"):
        send(submitted())


def test_where_the_policy_wants_no_approval_a_draft_may_leave() -> None:
    raised = noticing.unapproved().replace("version: 1.0.0", "version: 1.1.0")
    factory.install(at=AT - HOUR, breach=noticing.text(), report=raised)
    notice = file(draft())
    assert (notice.state, of_clock(notice).approved_by) == ("filed", "")


def test_an_approval_that_the_policies_want_by_now_is_wanted() -> None:
    before = noticing.unapproved().replace("version: 1.0.0", "version: 1.1.0")
    factory.install(at=AT - HOUR, breach=noticing.text(), report=before)
    notice = draft()
    with_approval = noticing.TEMPLATE.replace("version: 1.0.0", "version: 1.2.0")
    reassessing.approve(with_approval, at=AT + MINUTE)
    reassessing.sweep_at(AT + MINUTE)
    with pytest.raises(WrongState, match="fill it anew from the template"):
        file(notice)
    with pytest.raises(WrongState, match="fill it anew from the template"):
        send(notice)


def test_what_was_filed_before_its_approval_was_not_approved() -> None:
    early = Filing(AT - MINUTES, "Authority", "web form")
    with pytest.raises(Invalid, match="after that time"):
        file(approved(), filing=early)


def test_what_will_be_filed_is_not_filed() -> None:
    with pytest.raises(Invalid, match="lies in the future"):
        file(approved(), filing=Filing(AT + 2 * HOUR, "Authority", "web form"))


def test_an_incomplete_notice_leaves_when_that_is_confirmed_and_says_what_lacked() -> None:
    notice = file(approved())
    assert tuple(notice.missing) == noticing.MISSING
    assert noticing.CONSEQUENCES in entry(notice, "notice.filed").body


@pytest.mark.parametrize("confirmed", [(), ("harms",), (*noticing.MISSING, "more")])
def test_what_is_missing_must_be_named_exactly(confirmed: tuple[str, ...]) -> None:
    notice = approved()
    with pytest.raises(Incomplete) as refused:
        file(notice, confirmed=confirmed)
    assert refused.value.extra == {"missing": list(noticing.MISSING)}
    assert fresh(notice).state == "approved"


def test_another_text_than_the_one_seen_is_not_filed() -> None:
    with pytest.raises(Overtaken):
        file(approved(edit(draft())), seen=1)


def test_when_the_clock_cannot_be_fulfilled_nothing_is_filed() -> None:
    notice = approved()
    Clock.objects.filter(id=notice.clock_id).update(state="cancelled")
    with pytest.raises(WrongState):
        file(fresh(notice))
    assert fresh(notice).state == "approved"


# --- recorded without a notice -----------------------------------------------------------------


def test_sent_without_the_approval_that_the_policy_wants_needs_a_reason() -> None:
    with pytest.raises(Invalid, match="wants an approved notice"):
        factory.fulfil(clock(), AT + MINUTES)


def test_with_its_reason_it_counts_and_is_marked() -> None:
    given = Fulfilment(AT, note="By telephone, the portal was down.")
    found = flow.fulfil(clock(), given, by=writer(), at=AT + HOUR)
    assert (found.state, found.unapproved, found.approved_by) == ("fulfilled", True, "")


def test_a_stage_whose_policy_names_no_template_needs_none() -> None:
    incident = noticing.submit()
    flow.fulfil(clock(incident), Fulfilment(AT, note="x"), by=writer(), at=AT + HOUR)
    final = factory.fulfil(factory.deadline(incident, "notify", "final"), AT + HOUR)
    assert final.unapproved is False


def test_its_notice_is_of_no_use_then() -> None:
    notice = draft()
    flow.fulfil(notice.clock, Fulfilment(AT, note="x"), by=writer(), at=AT + HOUR)
    assert (fresh(notice).state, notice.comment) == (
        "withdrawn",
        "The stage was recorded as sent without it.",
    )


# --- through the outbox ------------------------------------------------------------------------


def test_the_reader_gets_exactly_what_was_approved(mail: MailServer) -> None:
    notice = send(approved(edit(draft(), "These words.\nAnd these.")))
    deliver()
    (letter,) = mail.to("authority@example.org")
    paper = notices.paper(notices.current(notice))
    content = letter.get_content().replace("\r\n", "\n")  # RFC 5321, 2.3.7
    assert (letter["Subject"], content) == (paper.subject, paper.text)
    assert notice.approved_digest == paper.digest


def test_the_clock_runs_until_the_mail_server_has_it(mail: MailServer) -> None:
    notice = send(approved())
    sweep.settle(at=AT + MINUTES)
    assert (fresh(notice).state, of_clock(notice).state) == ("sending", "running")


def test_it_is_fulfilled_at_the_time_at_which_it_left(mail: MailServer) -> None:
    notice = send(approved())
    deliver(at=AT + 2 * MINUTES)
    sweep.settle(at=AT + HOUR)
    found = of_clock(notice)
    assert (fresh(notice).state, found.state) == ("sent", "fulfilled")
    assert found.fulfilled_at == notice.left_at == AT + 2 * MINUTES
    assert (found.sent_to, found.channel) == ("authority@example.org", "e-mail")


def test_any_number_of_sweeps_record_it_once(mail: MailServer) -> None:
    notice = send(approved())
    deliver()
    for minute in range(3):
        sweep.run(at=AT + HOUR + minute * MINUTE)
    assert noticing.verbs(notice).count("notice.sent") == 1
    assert factory.verbs(notice.incident).count("clock.fulfilled") == 1


def test_it_is_recorded_before_a_timer_calls_it_overdue(mail: MailServer) -> None:
    notice = send(approved())
    deliver()
    sweep.run(at=AT + 9 * HOUR)
    assert "clock.overdue" not in factory.verbs(notice.incident)
    assert of_clock(notice).state == "fulfilled"


def test_a_sweep_that_dies_halfway_leaves_it_to_the_next(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = send(approved())
    deliver()
    with monkeypatch.context() as broken:
        broken.setattr(flow, "fulfil", _broken)
        sweep.settle(at=AT + HOUR)
    assert (fresh(notice).state, notice.attempts) == ("sending", 1)
    sweep.settle(at=AT + HOUR + MINUTE)
    assert (fresh(notice).state, of_clock(notice).state) == ("sent", "fulfilled")


def _broken(*given: object, **named: object) -> None:
    raise RuntimeError("a fault of ours")


def test_a_poison_row_waits_and_stops_no_other(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = send(approved()), send(approved())
    deliver()
    settle = correspondence.settle

    def poisoned(id_: object, *given: object, **named: object) -> object:
        if id_ == first.id:
            raise RuntimeError("poison")
        return settle(id_, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(correspondence, "settle", poisoned)
    sweep.settle(at=AT + HOUR)
    assert (fresh(first).state, fresh(second).state) == ("sending", "sent")
    assert first.retry_at is not None


def test_what_the_server_refuses_comes_back_with_the_error(mail: MailServer) -> None:
    mail.answer = "550 no such mailbox"
    notice = send(approved())
    deliver()
    sweep.settle(at=AT + HOUR)
    assert (fresh(notice).state, of_clock(notice).state) == ("approved", "running")
    assert "550" in notice.error
    assert notice.approved_by == str(counsel())


def test_the_owner_of_the_duty_hears_of_it_once(mail: MailServer) -> None:
    mail.answer = "550 no such mailbox"
    notice = send(approved())
    deliver()
    for minute in range(2):
        sweep.settle(at=AT + HOUR + minute * MINUTE)
    told = Message.objects.filter(key__startswith=f"notice:{notice.id}:1:undeliverable")
    assert [each.destination for each in told] == ["legal@example.org"]


def test_it_may_be_sent_again_elsewhere_as_it_was_approved(mail: MailServer) -> None:
    mail.answer = "550 no such mailbox"
    notice = send(approved())
    deliver()
    sweep.settle(at=AT + HOUR)
    mail.answer = "250 kept"
    again = send(fresh(notice), "other@example.org", at=AT + HOUR)
    deliver(at=AT + HOUR)
    sweep.settle(at=AT + HOUR)
    assert (fresh(again).state, again.sent_to) == ("sent", "other@example.org")
    assert len(mail.to("other@example.org")) == 1


def test_a_given_up_message_that_leaves_after_all_is_recorded(mail: MailServer) -> None:
    notice = send(approved())
    Message.objects.filter(notices=notice).update(state="dead", last_error="timed out")
    sweep.settle(at=AT + HOUR)
    assert fresh(notice).state == "approved"
    Message.objects.filter(notices=notice).update(state="sent", sent_at=AT + HOUR)
    sweep.settle(at=AT + HOUR + MINUTE)
    assert (fresh(notice).state, of_clock(notice).fulfilled_at) == ("sent", AT + HOUR)


def test_recorded_by_hand_meanwhile_stays_recorded_once(mail: MailServer) -> None:
    notice = send(approved())
    flow.fulfil(notice.clock, Fulfilment(AT + MINUTE, note="Called."), by=writer(), at=AT + HOUR)
    deliver()
    sweep.settle(at=AT + HOUR)
    assert (fresh(notice).state, of_clock(notice).fulfilled_at) == ("sent", AT + MINUTE)


def test_what_is_on_its_way_is_not_withdrawn_or_edited() -> None:
    notice = send(approved())
    with pytest.raises(WrongState):
        correspondence.withdraw(notice, reason="No.", by=writer(), at=AT + HOUR)
    with pytest.raises(WrongState, match="does not change any more"):
        edit(fresh(notice))


@pytest.mark.parametrize("to", ["", "authority", "a@b.example, c@d.example", "a@b\nBcc: x@y.z"])
def test_what_is_no_address_gets_nothing(to: str) -> None:
    with pytest.raises(Invalid):
        send(approved(), to)
    assert not Message.objects.exclude(notices=None).exists()


def test_a_drill_leaves_only_marked_as_one() -> None:
    notice = draft(clock(noticing.submit(drill=True)))
    with pytest.raises(Invalid, match="must begin with DRILL"):
        send(approved(edit(notice)))
