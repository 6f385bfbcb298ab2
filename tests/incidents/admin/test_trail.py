"""The audit trail at the console: sentences, filters, the chart, and what an entry says."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import User
from governance.console import activity
from governance.ledger import ledger
from governance.ledger.ledger import Event
from governance.ledger.models import Entry
from incidents.models import Incident
from tests.factory import AT, HOUR, PERSON
from tests.incidents.admin.desk import Desk, desk, rows, text

pytestmark = pytest.mark.django_db
MODEL: Final = "ledger_entry"


@pytest.fixture
def auditor() -> Desk:
    return desk("auditor")


def append(*events: Event, at: datetime = AT, by: ledger.Actor = PERSON) -> None:
    ledger.append(*events, by=by, at=at)


def listed(of: Desk, **query: str) -> list[str]:
    return [each.verb for each in rows(of.list(MODEL, **query))]


def test_an_entry_reads_as_a_sentence_that_leads_to_its_object(
    auditor: Desk, incident: Incident
) -> None:
    by = ledger.Actor("user", str(auditor.user.id))
    append(Event("incident.acknowledged", "incident", incident.id, incident.id), by=by)
    shown = text(auditor.list(MODEL, verb="incident.acknowledged"))
    assert "<strong>auditor</strong> acknowledged <a" in shown
    assert (
        f'href="/incidents/incident/{incident.id}/change/">incident {incident.reference}</a>'
        in shown
    )


def test_an_object_without_a_page_is_named_and_leads_nowhere(auditor: Desk) -> None:
    append(Event("kettle.boiled", "kettle", "K-1"))
    shown = text(auditor.list(MODEL, verb="kettle.boiled"))
    assert "boiled kettle K-1" in shown


def test_a_reason_that_is_personal_is_withheld_and_a_rules_own_is_not(
    auditor: Desk, incident: Incident
) -> None:
    append(Event("incident.x", "incident", incident.id, incident.id, reason="Ms Doe called."))
    append(Event("incident.y", "incident", incident.id, incident.id, because="The rule says so."))
    shown = text(auditor.list(MODEL, incident=incident.reference))
    assert "Ms Doe" not in shown
    assert "[withheld: personal:read]" in shown
    assert "The rule says so." in shown


def test_the_trail_narrows_to_an_incident_by_its_reference(
    auditor: Desk, incident: Incident
) -> None:
    append(Event("kettle.boiled", "kettle", "K-1"))
    found = listed(auditor, incident=incident.reference.lower())
    assert "incident.reported" in found
    assert "kettle.boiled" not in found


def test_the_trail_narrows_to_a_person_by_name(auditor: Desk) -> None:
    someone = User.objects.get(username="auditor")
    append(Event("kettle.boiled", "kettle", "K-1"), by=ledger.Actor("user", str(someone.id)))
    append(Event("kettle.filled", "kettle", "K-1"))
    assert listed(auditor, actor="auditor", readings="without") == ["kettle.boiled"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"since": "2026-11-22T10:00"}, ["late"]),
        ({"until": "2026-11-22T10:00:00Z"}, ["early"]),
        ({"since": "2026-11-22T08:00Z", "until": "2026-11-22T12:00Z"}, ["late", "early"]),
        ({"since": "nonsense"}, []),
        ({"until": "0001-01-01T00:00"}, []),
    ],
    ids=["since", "until", "both", "nonsense", "before all time"],
)
def test_the_trail_narrows_to_a_span(
    auditor: Desk, query: dict[str, str], found: list[str], at_nine: datetime
) -> None:
    keyed("early", at_nine)
    keyed("late", at_nine + 2 * HOUR)
    assert listed(auditor, object_kind="kettle", **query) == found


@pytest.fixture
def at_nine() -> datetime:
    return datetime.fromisoformat("2026-11-22T09:00:00+00:00")


def keyed(verb: str, at: datetime) -> None:
    """An entry whose key is of its instant, as it is where nobody sets the clock."""
    from_time = int(at.timestamp() * 1000) << 80
    low = uuid4().int & ((1 << 76) - 1) | (0x7 << 76)
    entry = Entry(
        id=UUID(int=from_time | low),
        at=at,
        actor=str(PERSON),
        verb=verb,
        object_kind="kettle",
        object_id="K",
        body='{"before": null, "after": null, "personal": {}, "reason": ""}',
        digest="0" * 64,
    )
    entry.save(force_insert=True)


def chart(answer: HttpResponse) -> Any:
    return answer.context["cl"].trail.chart  # type: ignore[attr-defined]


def test_the_chart_counts_what_the_filters_find(auditor: Desk) -> None:
    append(*(Event("kettle.boiled", "kettle", "K") for _ in range(3)))
    append(Event("kettle.filled", "kettle", "K"))
    found = chart(auditor.list(MODEL, verb="kettle.boiled"))
    assert (found.counted, [row.total for row in found.rows]) == (3, [3])


def test_a_bar_leads_to_its_entries_and_keeps_the_other_filters(auditor: Desk) -> None:
    append(Event("kettle.boiled", "kettle", "K"), at=AT)
    append(Event("kettle.boiled", "kettle", "K"), at=AT + timedelta(days=3))
    (first, _) = chart(auditor.list(MODEL, verb="kettle.boiled")).rows
    assert "verb=kettle.boiled" in first.url
    assert "since=" in first.url
    assert "until=" in first.url


def test_readings_stand_apart_from_changes(auditor: Desk) -> None:
    append(Event("kettle.read", "kettle", "K"), Event("kettle.boiled", "kettle", "K"))
    (row,) = chart(auditor.list(MODEL, object_kind="kettle")).rows
    assert row.counts == [1, 0, 0, 1]


def test_of_a_long_trail_the_newest_are_drawn_and_the_page_says_so(
    auditor: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "MOST", 2)
    append(*(Event("kettle.boiled", "kettle", "K") for _ in range(5)))
    answer = auditor.list(MODEL, verb="kettle.boiled")
    assert chart(answer).counted == 2
    assert "The newest 2 that the filters find" in text(answer)


def test_where_nothing_is_found_nothing_is_drawn(auditor: Desk) -> None:
    assert chart(auditor.list(MODEL, verb="no.such")) is None


@pytest.mark.parametrize(
    ("span", "step"),
    [
        (timedelta(minutes=20), "minute"),
        (timedelta(hours=30), "hour"),
        (timedelta(days=40), "day"),
        (timedelta(days=300), "week"),
        (timedelta(days=3_000), "13 weeks"),
    ],
    ids=str,
)
def test_steps_are_as_long_as_the_span_wants(auditor: Desk, span: timedelta, step: str) -> None:
    append(Event("kettle.boiled", "kettle", "K"), at=AT - span)
    append(Event("kettle.boiled", "kettle", "K"), at=AT)
    found = chart(auditor.list(MODEL, verb="kettle.boiled"))
    assert found.title == f"Entries in each {step}"
    assert len(found.bars.columns) <= activity.MOST_STEPS


def test_a_page_of_the_trail_takes_few_statements(auditor: Desk, incident: Incident) -> None:
    auditor.list(MODEL)
    with CaptureQueriesContext(connection) as taken:
        auditor.list(MODEL)
    assert len(taken) <= 30


def test_an_entry_shows_what_changed(auditor: Desk) -> None:
    before, after = {"state": "open", "drill": False}, {"state": "closed", "drill": False}
    append(Event("kettle.boiled", "kettle", "K", before=before, after=after))
    shown = text(auditor.page(MODEL, Entry.objects.get(verb="kettle.boiled").id))
    assert '<del class="by-gone">open</del>' in shown
    assert '<ins class="by-new">closed</ins>' in shown
    assert "1 value that stayed" in shown


def test_an_entry_leads_to_all_of_its_actor_and_object(auditor: Desk) -> None:
    append(Event("kettle.boiled", "kettle", "K-1"))
    shown = text(auditor.page(MODEL, Entry.objects.get(verb="kettle.boiled").id))
    assert "?q=K-1" in shown
    assert f"?actor={PERSON.kind}%3A{PERSON.id}" in shown
