"""What has been kept long enough goes by itself, on record; what the law wants kept does not."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.errors import Invalid
from governance.ledger import erasures, readings
from governance.ledger.models import Entry
from incidents import flow, legal_holds
from incidents.errors import KeyReused
from incidents.models import Erasure, Incident, Submission
from incidents.retention import applying, periods, schedule
from incidents.retention.periods import REJECTED, Law, Period, Periods
from policies import shipped
from tests import factory
from tests.factory import AT
from tests.incidents.erasing import story

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSED = AT + DAY
SHIPPED = periods.read("")
TEXTS, MESSAGES = SHIPPED.of("incident_texts"), SHIPPED.of("messages")


def law(*, years: int = 0, policy: str = "breach") -> Periods:
    return Periods(SHIPPED.classes, (Law(policy, Period(years), "Act, s. 1", "verified"),))


def after(years: int, days: int = 0) -> datetime:
    return CLOSED.replace(year=CLOSED.year + years) + days * DAY


@pytest.fixture
def incident() -> Incident:
    story.install()
    found = story.incident()
    return close(found)


def close(found: Incident) -> Incident:
    Incident.objects.filter(id=found.id).update(state="closed", closed_at=CLOSED)
    found.refresh_from_db()
    return found


def apply(monkeypatch: pytest.MonkeyPatch, found: Periods, at: datetime) -> int:
    monkeypatch.setattr(periods, "read", lambda _: found)
    return applying.run(at=at)


def reject() -> Submission:
    sent = factory.sent(b'{"secret": "Zebedee"')
    return flow.refuse(sent, code="unreadable", detail="No JSON: Zebedee.", at=AT)


# --- incidents -----------------------------------------------------------------------------------


def test_nothing_goes_before_its_time(incident: Incident) -> None:
    assert applying.run(at=after(3, -1)) == 0


def test_messages_go_first_and_the_rest_later(incident: Incident) -> None:
    assert applying.run(at=after(3)) == 1
    assert {place.partition(":")[0] for place in story.places()} > {"incidents_submission"}
    assert applying.run(at=after(5)) == 1
    assert story.places() == []


def test_it_goes_once(incident: Incident) -> None:
    applying.run(at=after(6))
    assert applying.run(at=after(6)) == 0


def test_an_open_incident_is_kept_for_ever(incident: Incident) -> None:
    Incident.objects.update(state="open", closed_at=None)
    assert applying.run(at=after(50)) == 0


def test_the_longest_law_counts(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    assert apply(monkeypatch, law(years=10), after(10, -1)) == 0
    assert apply(monkeypatch, law(years=10), after(10)) == 2


def test_a_shorter_law_cuts_nothing_short(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(monkeypatch, law(years=1), after(5, -1)) == 1  # the messages


def test_a_law_of_another_regime_does_not_count(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(monkeypatch, law(years=10, policy="other"), after(5)) == 2


def test_what_the_law_leaves_open_waits_for_a_person(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert apply(monkeypatch, law(), after(90)) == 0
    assert schedule.of(incident, law())[0].until is None


def test_a_duty_counts_that_does_not_apply(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident.duties.filter(state="fulfilled").update(state="superseded")
    assert apply(monkeypatch, law(years=10), after(9)) == 0


def test_the_plan_and_what_is_done_agree(incident: Incident) -> None:
    for keeping in schedule.of(incident, SHIPPED):
        assert keeping.until is not None
        early = schedule.due(keeping.kept, SHIPPED, at=keeping.until - DAY)
        assert (early.exists(), schedule.due(keeping.kept, SHIPPED, at=keeping.until).get()) == (
            False,
            incident,
        )


def test_it_leaves_an_entry_with_class_period_and_numbers(incident: Incident) -> None:
    applying.run(at=after(3))
    entry = Entry.objects.get(verb=applying.VERB)
    found = json.loads(entry.body)["after"]
    assert (found["class"], found["period"]) == ("messages", "3 years")
    assert found["erased"]["messages"] > 0
    assert entry.actor == "system:retention"


def test_what_went_is_named_and_nothing_is_missing(incident: Incident) -> None:
    applying.run(at=after(6))
    assert list(erasures.missing()) == []
    first = Entry.objects.filter(verb=erasures.VERB).earliest("id")
    assert readings.of(first).reason.startswith("Kept 3 years from when the incident was closed")


@pytest.mark.parametrize("scope", ["incident", "system", "everything"])
def test_a_hold_keeps_it(incident: Incident, scope: str) -> None:
    given: dict[str, Any] = {
        "incident": {"incident": incident},
        "system": {"system": incident.system},
        "everything": {},
    }[scope]
    hold = legal_holds.place(reason="A suit.", by=story.counsel(), at=AT, **given)
    assert applying.run(at=after(6)) == 0
    legal_holds.release(hold, reason="Settled.", by=story.counsel(), at=AT)
    assert applying.run(at=after(6)) == 2


def test_one_that_fails_keeps_no_other_back(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = close(factory.submit(factory.breach()))
    real = schedule.of

    def fail(each: Incident, found: Periods) -> Any:
        if each.id == incident.id:
            raise RuntimeError
        return real(each, found)

    monkeypatch.setattr(schedule, "of", fail)
    assert applying.run(at=after(6), limit=1) == 2  # one of each class
    assert set(Erasure.objects.values_list("incident", flat=True)) == {other.id}


def test_one_run_does_no_more_than_its_limit(incident: Incident) -> None:
    close(factory.submit(factory.breach()))
    assert applying.run(at=after(6), limit=1) == 2  # one of each class
    assert applying.run(at=after(6), limit=1) == 2


def test_the_next_to_go_come_first(incident: Incident) -> None:
    found = schedule.coming(SHIPPED, limit=10)
    assert [keeping.kept.id for _, keeping in found] == ["messages", "incident_texts"]


# --- rejected submissions ------------------------------------------------------------------------


def test_a_rejected_submission_goes_after_a_year(incident: Incident) -> None:
    row = reject()
    assert applying.run(at=AT + 364 * DAY) == 0
    assert applying.run(at=AT + 365 * DAY) == 1
    row.refresh_from_db()
    assert (bytes(row.body), row.erased, row.status) == (b"", True, "rejected")
    assert "Zebedee" not in json.dumps(row.problems)


def test_code_and_place_of_its_problems_stay(incident: Incident) -> None:
    row = reject()
    applying.run(at=AT + 365 * DAY)
    row.refresh_from_db()
    assert row.problems[0]["code"] == "unreadable"


def test_it_leaves_a_tombstone_by_its_commitment(incident: Incident) -> None:
    row = reject()
    applying.run(at=AT + 365 * DAY)
    after_ = json.loads(Entry.objects.get(verb=erasures.VERB).body)["after"]
    assert (after_["class"], after_["erased"][0]["commitment"]) == (
        REJECTED,
        f"sha256:{row.body_digest}",
    )


def test_a_hold_of_a_system_keeps_rejected_ones_too(incident: Incident) -> None:
    reject()
    legal_holds.place(reason="A suit.", system="any", by=story.counsel(), at=AT)
    assert applying.run(at=AT + 365 * DAY) == 0


def test_the_same_key_with_another_body_is_noticed_while_the_body_is_there() -> None:
    factory.install()
    first = flow.report(factory.sent(factory.report(), key="k"), factory.report(), at=AT)
    with pytest.raises(KeyReused):
        flow.report(factory.sent(factory.breach(), key="k"), factory.breach(), at=AT)
    story.erased(first.incident, "submissions")
    again = flow.report(factory.sent(factory.breach(), key="k"), factory.breach(), at=AT)
    assert again.incident == first.incident


# --- periods -------------------------------------------------------------------------------------


def own(tmp_path: Path, text: str) -> str:
    path = tmp_path / "periods.yaml"
    path.write_text(text)
    return str(path)


def test_every_law_names_a_shipped_policy() -> None:
    names = {file.parent.name for file in shipped.files([shipped.DIRECTORY])}
    assert {each.policy for each in SHIPPED.laws} <= names


def test_own_periods_take_the_place_of_ours(tmp_path: Path) -> None:
    text = "classes: [{id: messages, ours: {days: 30}, because: We need no more.}]"
    found = periods.read(own(tmp_path, text))
    assert found.of("messages").ours == Period(days=30)
    assert found.of("incident_texts") == TEXTS


def test_own_laws_join_the_shipped_ones(tmp_path: Path) -> None:
    found = periods.read(own(tmp_path, "laws: [{policy: house, years: 12, citation: Act 1}]"))
    assert [*SHIPPED.laws] == list(found.laws[:-1])
    assert found.laws[-1].period == Period(12)


@pytest.mark.parametrize(
    "text",
    [
        "classes: [{id: everything, ours: {days: 1}, because: x}]",
        "classes: [{id: messages, ours: {days: 0}, because: x}]",
        "classes: [{id: messages, ours: {days: 1, years: 1}, because: x}]",
        "classes: [{id: messages, ours: {days: 1}}]",
        "laws: [{policy: a, citation: b}]",
        "other: 1",
        "[",
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match=r"periods\.yaml"):
        periods.read(own(tmp_path, text))


def test_nothing_goes_by_a_wrong_file(incident: Incident, tmp_path: Path, settings: Any) -> None:
    settings.RETENTION_PERIODS = own(tmp_path, "other: 1")
    with pytest.raises(Invalid):
        applying.run(at=after(50))
    assert story.places()


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    leap = datetime.fromisoformat("2028-02-29T12:00:00+00:00")
    assert Period(1).after(leap) == datetime.fromisoformat("2029-02-28T12:00:00+00:00")


def test_a_year_is_counted_by_the_calendar() -> None:
    assert Period(5).after(AT) == AT.replace(year=AT.year + 5)


def test_who_acts_is_the_program(incident: Incident) -> None:
    applying.run(at=after(3))
    row = Erasure.objects.get()
    assert (row.requested_by, row.decided_by, row.kept_class) == (
        "system:retention",
        "",
        "messages",
    )
