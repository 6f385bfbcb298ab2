"""Following: what changed, in the order of the seal, by a cursor that never skips."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from governance import clock
from governance.errors import Invalid
from governance.ledger.models import Entry
from incidents import changes
from incidents.changes import Wanted
from incidents.errors import CursorLost
from tests import committed, factory
from tests.factory import AT, HOUR
from tests.governance.ledger import logs

ALL = Wanted()


def whole(wanted: Wanted = ALL, *, limit: int = 500) -> list[changes.Change]:
    """Every change there is, page by page."""
    place, found, more = 0, [], True
    while more:
        page = changes.page(place, wanted=wanted, limit=limit)
        found += page.changes
        place, more = page.place, page.more
    return found


@pytest.mark.usefixtures("house")
def test_what_is_not_sealed_is_not_told() -> None:
    factory.submit(factory.report())
    assert whole() == []


@pytest.mark.usefixtures("house")
def test_a_report_is_told_with_its_incident() -> None:
    incident = factory.submit(factory.report())
    logs.seal()
    found = next(each for each in whole() if each.verb == "incident.reported")
    assert (found.incident, found.actor_kind, found.at) == (incident, "api_key", AT)


@pytest.mark.usefixtures("house")
def test_a_change_says_the_severity_before_and_after() -> None:
    incident = factory.submit(factory.report())
    factory.amend(incident, harms=["death"])
    logs.seal()
    last = [each for each in whole() if each.verb == "incident.classified"][-1]
    assert (last.was["severity"], last.now["severity"]) == ("SEV3", "SEV1")


@pytest.mark.usefixtures("house")
def test_nothing_in_a_persons_words_is_told() -> None:
    incident = factory.submit(factory.report())
    factory.change(incident, "contained")
    logs.seal()
    last = whole()[-1]
    assert (last.verb, dict(last.now), dict(last.was)) == (
        "incident.contained",
        {"state": "contained"},
        {"state": "open"},
    )


@pytest.mark.usefixtures("house")
def test_neither_reads_nor_our_own_messages_are_told() -> None:
    incident = factory.submit(factory.report())
    caller = factory.client("incidents:read")
    factory.get(caller, f"incidents/{incident.reference}")
    logs.seal()
    told = {each.verb for each in whole()}
    assert {"incident.read", "message.queued"} <= set(Entry.objects.values_list("verb", flat=True))
    assert told & {"incident.read", "message.queued"} == set()


@pytest.mark.parametrize("limit", [1, 2, 7])
@pytest.mark.usefixtures("house")
def test_pages_of_any_length_give_each_change_once_and_in_order(limit: int) -> None:
    factory.submit(factory.breach())
    logs.seal()
    factory.submit(factory.breach())
    logs.seal()
    assert whole(limit=limit) == whole()
    places = [each.place for each in whole()]
    assert places == sorted(set(places))


@pytest.mark.usefixtures("house")
def test_a_window_without_a_match_leads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "WINDOW", 3)
    factory.submit(factory.breach())
    last = factory.submit(factory.report())
    logs.seal()
    found = whole(Wanted(incident=last.id))
    assert {each.incident for each in found} == {last}
    assert "incident.reported" in {each.verb for each in found}


@pytest.mark.usefixtures("house")
def test_filters_choose_the_system_the_kind_and_real_incidents() -> None:
    factory.submit(factory.report())
    factory.submit(factory.report(drill=True))
    logs.seal()
    assert whole(Wanted(systems=["other"])) == []
    assert {each.kind for each in whole(Wanted(kinds={"incident"}))} == {"incident"}
    real = whole(Wanted(systems=["triage"], drills=False))
    assert real
    assert not any(each.incident.drill for each in real if each.incident)


@pytest.mark.usefixtures("house")
def test_a_severity_is_that_of_the_incident_now() -> None:
    incident = factory.submit(factory.report(harms=["death"]))
    factory.submit(factory.report())
    logs.seal()
    assert {each.incident for each in whole(Wanted(severities=["SEV1"]))} == {incident}


@pytest.mark.usefixtures("house")
def test_a_cursor_leads_to_where_it_was_made() -> None:
    factory.submit(factory.report())
    logs.seal()
    assert changes.place(changes.cursor(changes.size())) == changes.size()
    assert changes.place("0") == 0


@pytest.mark.parametrize("cursor", ["", "-1", "1", "01-0123abcd", "1-xyz", "9" * 30, "1-0123ABCD"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        changes.place(cursor)


@pytest.mark.usefixtures("house")
def test_a_cursor_of_a_log_that_was_restored_is_lost() -> None:
    factory.submit(factory.report())
    logs.seal()
    place, _, mark = changes.cursor(changes.size()).partition("-")
    other = f"{place}-{int(mark, 16) ^ 1:08x}"
    for gone in (f"{int(place) + 1}-{mark}", other):
        with pytest.raises(CursorLost):
            changes.place(gone)


@pytest.mark.usefixtures("house")
def test_an_instant_has_a_place_before_everything_written_since() -> None:
    factory.submit(factory.report())
    logs.seal()
    factory.submit(factory.report(), at=AT + HOUR)
    place = changes.since(AT + HOUR)
    logs.seal()
    later = {each.id for each in whole() if each.at >= AT + HOUR}
    found = changes.page(place, wanted=ALL, limit=500).changes
    assert later <= {each.id for each in found}
    assert changes.since(AT - timedelta(days=1)) == 0


@pytest.mark.usefixtures("house")
def test_looking_takes_as_many_queries_for_many_changes_as_for_few(
    django_assert_num_queries: Any,
) -> None:
    for _ in range(3):
        factory.submit(factory.breach())
    logs.seal()
    with django_assert_num_queries(3):
        changes.page(0, wanted=ALL, limit=500)


def test_an_entry_that_commits_late_comes_after_what_was_read(database: str) -> None:
    """One transaction writes its entry and waits; another is sealed and read; then the first
    commits. Its id is the older one and its place the later."""
    slow, quick = committed.once(database, _two_incidents)
    written, read = Event(), Event()

    def writes() -> None:
        with transaction.atomic():
            factory.change(slow, "contained", clock.now())
            written.set()
            assert read.wait(60)

    def reads() -> Any:
        assert written.wait(60)
        start = changes.size()
        factory.change(quick, "contained", clock.now())
        logs.seal()
        page = changes.page(start, wanted=ALL, limit=500)
        read.set()
        return page

    _, first = committed.at_once(database, writes, reads)
    second = committed.once(database, lambda: _sealed_after(first.place))
    assert [page.changes[0].incident for page in (first, second)] == [quick, slow]
    assert second.changes[0].id < first.changes[0].id


def _two_incidents() -> Any:
    facts = {**factory.report(), "system": "support-assistant"}
    found = [factory.submit(facts, at=clock.now()) for _ in range(2)]
    logs.seal()
    return found


def _sealed_after(place: int) -> changes.Page:
    logs.seal()
    return changes.page(place, wanted=ALL, limit=500)
