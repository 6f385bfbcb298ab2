"""Asking for packages, making them slice by slice through crashes, fetching them on record."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from governance import clock
from governance.errors import Conflict, Invalid, NotFound
from governance.heartbeat.models import Heartbeat
from governance.ledger import ledger, sequencer
from governance.ledger.models import Entry
from incidents import tasks
from incidents.evidence import exports, making, many
from incidents.evidence.bag import Bag
from incidents.models import Export, Incident
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Checked

pytestmark = pytest.mark.django_db
NOTHING = timedelta(0)
LATER = AT + 5 * HOUR


@pytest.fixture
def incident() -> Incident:
    factory.install()
    return factory.submit(factory.breach())


def ask(incident: Incident) -> Export:
    made = exports.of_incident(incident, by=PERSON, at=AT + HOUR)
    packing.seal()
    return made


def period(**given: Any) -> Export:
    made = exports.of_period(AT - HOUR, AT + HOUR, **given, by=PERSON, at=AT + HOUR)
    packing.seal()
    return made


def log() -> Export:
    made = exports.of_log(by=PERSON, at=AT + HOUR)
    packing.seal()
    return made


def now() -> Any:
    return LATER


def work(row: Export, *, budget: timedelta = making.SLICE) -> Export:
    assert making.work(now=now, budget=budget)
    return Export.objects.get(id=row.id)


def finish(row: Export, *, budget: timedelta = making.SLICE) -> Export:
    for _ in range(100):
        found = work(row, budget=budget)
        if found.over:
            assert found.state == Export.State.DONE, found.error
            return found
    raise AssertionError("It never ends.")


def check(row: Export) -> Checked:
    return packing.check(exports.file(row), "--key", packing.verifier())


def verbs(row: Export) -> list[str]:
    return list(
        Entry.objects.filter(object_id=str(row.id)).order_by("id").values_list("verb", flat=True)
    )


# --- asking --------------------------------------------------------------------------------------


def test_asking_is_an_entry_of_the_incident(incident: Incident) -> None:
    ask(incident)
    assert factory.verbs(incident)[-1] == "evidence.requested"


def test_asking_twice_while_it_is_made_gives_the_same(incident: Incident) -> None:
    assert ask(incident).id == ask(incident).id


def test_a_period_that_ends_before_it_begins_is_refused(incident: Incident) -> None:
    with pytest.raises(Invalid):
        exports.of_period(AT, AT, by=PERSON, at=AT)


def test_a_regime_that_nothing_is_owed_under_is_refused(incident: Incident) -> None:
    with pytest.raises(Invalid):
        period(regime="unheard-of")


# --- making --------------------------------------------------------------------------------------


def test_nothing_is_done_where_nothing_was_asked_for(incident: Incident) -> None:
    assert not making.work(now=now)


def test_a_package_is_made_that_has_nothing_wrong(incident: Incident) -> None:
    found = check(finish(ask(incident)))
    assert (found.code, "WRONG" in found.said) == (2, False)


def test_the_row_has_the_digest_and_size_of_the_file(incident: Incident) -> None:
    made = finish(ask(incident))
    data = exports.file(made).read_bytes()
    assert (made.sha256, made.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_asking_making_and_fetching_are_entries(incident: Incident) -> None:
    made = finish(ask(incident))
    exports.fetch(made, by=PERSON, at=LATER)
    assert verbs(made) == ["evidence.requested", "evidence.packaged", "evidence.downloaded"]


def test_the_request_itself_is_among_the_entries_of_the_package(
    incident: Incident, tmp_path: Path
) -> None:
    made = finish(ask(incident))
    found = packing.unpack(exports.file(made), tmp_path / "unpacked")
    assert "evidence.requested" in found.text("data/incidents/*/entries.jsonl")


def test_what_is_not_sealed_yet_is_waited_for(incident: Incident) -> None:
    packing.seal()
    row = exports.of_incident(incident, by=PERSON, at=AT + HOUR)
    assert work(row).state == Export.State.RUNNING
    packing.seal()
    later = LATER + timedelta(seconds=2)
    assert making.work(now=lambda: later)
    assert Export.objects.get(id=row.id).state == Export.State.DONE


def test_a_missing_key_is_said_and_waited_for(incident: Incident, settings: Any) -> None:
    row = ask(incident)
    shutil.move(settings.LEDGER_KEYS, settings.LEDGER_KEYS.with_name("away"))
    found = work(row)
    assert found.state == Export.State.WAITING
    assert "signing key" in found.error
    shutil.rmtree(settings.LEDGER_KEYS)
    shutil.move(settings.LEDGER_KEYS.with_name("away"), settings.LEDGER_KEYS)
    assert making.work(now=lambda: LATER + HOUR)
    assert Export.objects.get(id=row.id).state == Export.State.DONE


def test_a_process_that_dies_again_and_again_is_given_up(incident: Incident) -> None:
    row = ask(incident)
    Export.objects.filter(id=row.id).update(
        state="running", lease_until=AT, attempts=making.MOST_ATTEMPTS
    )
    assert not making.work(now=now)
    assert verbs(row)[-1] == "evidence.failed"


def test_a_second_process_keeps_off(incident: Incident) -> None:
    ask(incident)
    with other_session():
        assert not making.work(now=now)


@contextmanager
def other_session() -> Iterator[None]:
    """Another process that is at it."""
    fresh = connection.copy()
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s), 0)", ["evidence.exports"])
        yield
    finally:
        fresh.close()


# --- slices and crashes --------------------------------------------------------------------------


def several(count: int = 3) -> None:
    factory.install()
    for _ in range(count):
        factory.submit(factory.breach())


def test_slices_make_the_same_bytes_as_one_go() -> None:
    several()
    row = period()
    sliced = finish(row, budget=NOTHING)
    bytes_ = exports.file(sliced).read_bytes()
    Export.objects.filter(id=row.id).update(state="waiting", done=0)
    assert exports.file(finish(row)).read_bytes() == bytes_


def test_progress_is_seen_between_slices() -> None:
    several()
    found = work(period(), budget=NOTHING)
    assert (found.state, found.done, found.total) == (Export.State.RUNNING, 1, 3)


def test_what_a_crash_left_half_written_is_cut_off() -> None:
    several()
    row = period()
    whole = exports.file(finish(row)).read_bytes()
    Export.objects.filter(id=row.id).update(state="waiting", checkpoint=row.checkpoint)
    fresh = Export.objects.get(id=row.id)
    Export.objects.filter(id=row.id).update(checkpoint=None, done=0)
    work(row, budget=NOTHING)
    part = making._part(fresh)
    bag = Bag(part, exports.label(fresh).name)  # the process that will die
    bag.add("incidents/half.json", b"{")
    bag.let_go()
    with part.open("ab") as file:
        file.write(b"and more")
    assert exports.file(finish(row)).read_bytes() == whole


def test_an_incident_that_changes_meanwhile_is_proven_against_a_later_checkpoint() -> None:
    several()
    row = period()
    work(row, budget=NOTHING)
    last = Incident.objects.order_by("id").last()
    assert last is not None
    factory.amend(last, impact={"people_affected": 3})
    packing.seal()
    assert "WRONG" not in check(finish(row)).said


# --- kinds ---------------------------------------------------------------------------------------


def test_a_period_has_its_incidents_and_no_others(tmp_path: Path) -> None:
    several(2)
    factory.submit(factory.breach(), at=AT + 2 * HOUR)
    found = packing.unpack(exports.file(finish(period())), tmp_path / "unpacked")
    inside = Incident.objects.filter(reported_at=AT).values_list("reference", flat=True)
    assert {each.name for each in found.root.glob("data/incidents/*")} == {*inside}
    assert len(inside) == 2


def test_a_regime_has_only_incidents_with_its_duties() -> None:
    several(1)
    factory.submit(factory.report(personal_data={"breach": False}))
    scope = {"since": factory.iso(AT - HOUR), "until": factory.iso(AT + HOUR), "regime": "breach"}
    assert many.total(scope, None) == 1  # type: ignore[arg-type]  # it counts rows


def test_a_package_of_a_period_has_nothing_wrong() -> None:
    several(2)
    found = check(finish(period()))
    assert "WRONG" not in found.said
    assert found.said.count(": 1 decisions, their facts and rules as the log says") == 2


def test_a_period_in_which_nothing_was_reported_is_a_package_that_says_so() -> None:
    several(1)
    row = exports.of_period(AT - 3 * HOUR, AT - HOUR, by=PERSON, at=AT)
    packing.seal()
    made = finish(row)
    assert (made.done, made.total) == (0, 0)
    assert "WRONG" not in check(made).said


def write(count: int) -> None:
    events = [ledger.Event("test.written", "test", str(number)) for number in range(count)]
    ledger.append_all(events, by=PERSON, at=AT)


@pytest.mark.parametrize("count", [3, 255, 256, 700])
def test_the_whole_log_has_nothing_wrong(count: int) -> None:
    write(count)
    found = check(finish(log()))
    assert "WRONG" not in found.said
    assert f"the whole log: {Entry.objects.count() - 1} entries" in found.said


def test_the_whole_log_in_slices_is_the_same_bytes() -> None:
    write(5000)
    row = log()
    whole = exports.file(finish(row)).read_bytes()
    Export.objects.filter(id=row.id).update(state="waiting", done=0)
    assert exports.file(finish(row, budget=NOTHING)).read_bytes() == whole


def test_an_entry_left_out_of_the_whole_log_is_missed(tmp_path: Path) -> None:
    write(300)
    found = packing.unpack(exports.file(finish(log())), tmp_path / "unpacked")
    found.path("data/tile/entries/001.p/*").unlink()
    packing.reseal(found)
    said = packing.check(found.root, "--key", packing.verifier())
    assert "data/tile/entries/001.p" in said.said
    assert said.code == 1


def test_an_entry_changed_in_the_whole_log_is_found(tmp_path: Path) -> None:
    write(300)
    found = packing.unpack(exports.file(finish(log())), tmp_path / "unpacked")
    found.change("data/tile/entries/000", lambda before: before.replace(b"written", b"erased_"))
    packing.reseal(found)
    said = packing.check(found.root, "--key", packing.verifier())
    assert "data/tile/0/000: does not have the hashes of its entries" in said.said


# --- fetching ------------------------------------------------------------------------------------


def test_what_is_not_ready_is_not_fetched(incident: Incident) -> None:
    with pytest.raises(Conflict):
        exports.fetch(ask(incident), by=PERSON, at=AT)


def test_a_file_that_is_gone_is_said(incident: Incident) -> None:
    made = finish(ask(incident))
    exports.file(made).unlink()
    with pytest.raises(NotFound):
        exports.fetch(made, by=PERSON, at=AT)


def test_a_file_is_deleted_when_its_time_is_over(incident: Incident) -> None:
    made = finish(ask(incident))
    assert made.expires_at is not None
    assert making.expire(at=made.expires_at - HOUR) == 0
    assert making.expire(at=made.expires_at) == 1
    assert not exports.file(made).exists()
    assert verbs(made)[-1] == "evidence.expired"


def test_the_task_works_and_says_so(incident: Incident) -> None:
    row = exports.of_incident(incident, by=PERSON, at=AT)
    while sequencer.seal(at=clock.now()):
        pass
    tasks.exports()
    assert Export.objects.get(id=row.id).state == Export.State.DONE
    assert Heartbeat.objects.filter(job="evidence.exports").exists()
