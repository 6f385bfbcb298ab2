"""With rows that are committed, in a database of its own: choices at once, one reassessment of two,
and what a database from before gets when it is migrated."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from governance import clock
from governance.errors import Conflict
from incidents import facts, flow, moments
from incidents.models import Clock, Incident, Moment, MomentChoice, Reassessment
from policies import releases
from policies.models import PolicyVersion
from tests import factory
from tests.live import servers
from tests.live.stack import environment, manage

HOUR = timedelta(hours=1)
AT_ONCE = 4


@pytest.fixture
def url(prepared_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    name = f"choices_{servers.WORKER or 'only'}_{os.urandom(4).hex()}"
    with servers.database(name, template=prepared_database) as found, django_db_blocker.unblock():
        yield found
    releases._pinned.clear()  # what this process knows to be stored was stored there


def at_once(url: str, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, each in a thread, all begun together."""
    together = Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        together.wait(timeout=60)
        return call()

    name = url.rpartition("/")[2]
    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(factory.on_database, name, lambda c=c: begin(c)) for c in calls]
        return [future.result() for future in futures]


def once(url: str, call: Callable[[], Any]) -> Any:
    (found,) = at_once(url, call)
    return found


def opened() -> Incident:
    """An incident of the shipped example organisation, known since an hour ago; when it occurred,
    nobody has recorded."""
    stated = {"moments": {"aware": factory.iso(clock.now() - HOUR)}}
    known = {**factory.report(**stated), "system": "support-assistant", "harms": ["death"]}
    known["personal_data"] = {"breach": True, "risk": "high"}
    return factory.submit(known, at=clock.now())


def candidates(incident: Incident) -> list[Moment]:
    for n in range(AT_ONCE):
        moments.record(
            incident,
            "aware",
            clock.now() - (n + 2) * HOUR,
            basis="An alert.",
            decides=False,
            by=factory.PERSON,
            at=clock.now(),
        )
    return list(incident.moments.filter(basis="An alert."))


def test_choices_at_once_come_one_after_another_and_the_last_one_counts(url: str) -> None:
    found = once(url, lambda: candidates(opened()))

    def choose(moment: Moment) -> Incident:
        return moments.choose(moment, because="x", by=factory.PERSON, at=clock.now())

    at_once(url, *[lambda each=each: choose(each) for each in found])
    incident = found[0].incident
    numbers, last, counted = once(url, lambda: _counted(incident))
    assert numbers == [1, 2, 3, 4, 5]
    assert counted == {last}


def _counted(incident: Incident) -> tuple[list[int], datetime, set[datetime | None]]:
    """The numbers of the choices, the time of the last one, and what the clocks started from."""
    choices = MomentChoice.objects.filter(incident=incident, name="aware").order_by("number")
    running = Clock.objects.filter(incident=incident, state="running", anchor="aware")
    last = choices.reverse().select_related("moment")[0].moment.at
    return (
        list(choices.values_list("number", flat=True)),
        last,
        set(running.values_list("started_at", flat=True)),
    )


def test_of_two_who_confirm_at_once_one_is_refused(url: str) -> None:
    incident = once(url, _left_behind)
    shown = once(url, lambda: flow.preview_reassessment(incident, at=clock.now()).digest)

    def confirm() -> str:
        try:
            flow.reassess_by_hand(
                incident, shown=shown, reason="x", by=factory.PERSON, at=clock.now()
            )
        except Conflict:
            return "refused"
        return "done"

    assert sorted(at_once(url, confirm, confirm)) == ["done", "refused"]
    assert once(url, Reassessment.objects.count) == 1


def _left_behind() -> Incident:
    """Decided by a release from which a policy has gone since."""
    incident = opened()
    row = PolicyVersion.objects.filter(kind="Playbook", effective_until=None)[0]
    PolicyVersion.objects.filter(id=row.id).update(effective_until=clock.now())
    return incident


def test_what_was_recorded_before_counts_as_it_did_and_the_way_back_works(
    url: str, tmp_path: Path
) -> None:
    incident = once(url, opened)
    correct = clock.now() - 3 * HOUR
    once(url, lambda: _corrected(incident, correct))
    before = once(url, lambda: facts.starts(incident))
    settings = environment(tmp_path, url)
    manage(settings, "migrate", "incidents", "0004_reassessment")
    assert not _exists(url, "incidents_momentchoice")
    manage(settings, "migrate")
    assert once(url, lambda: facts.starts(incident)) == before
    assert before["aware"] == correct
    assert once(url, lambda: _counted(incident))[0] == [1, 2]


def _corrected(incident: Incident, at: datetime) -> None:
    by = factory.PERSON
    moments.record(incident, "aware", at, basis="The log.", by=by, at=clock.now())


def _exists(url: str, table: str) -> bool:
    with psycopg.connect(url) as server:
        (found,) = server.execute("SELECT to_regclass(%s)", [table]).fetchone() or (None,)
    return found is not None


def test_a_clock_from_before_names_its_release_and_since_when_it_waits(
    url: str, tmp_path: Path
) -> None:
    incident = once(url, opened)
    settings = environment(tmp_path, url)
    manage(settings, "migrate", "incidents", "0004_reassessment")
    manage(settings, "migrate")
    rows = once(url, lambda: list(Clock.objects.filter(incident=incident).select_related("duty")))
    release = once(url, lambda: incident.decisions.get().release_id)
    assert {clock.release_id for clock in rows} == {release}
    waits = {clock.waiting_since for clock in rows if clock.state == "not_started"}
    assert waits == {incident.reported_at}
