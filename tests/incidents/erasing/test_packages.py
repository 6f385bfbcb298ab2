"""Copies of what is erased: packages on the disk end with it."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance import clock
from governance.ledger import sequencer
from governance.ledger.models import Entry
from incidents import erasure
from incidents.evidence import exports, making, one
from incidents.evidence.work import Work
from incidents.models import Export, Incident
from tests.incidents.erasing import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(tmp_path: Path, settings: Any) -> Incident:
    settings.LEDGER_KEYS, settings.EXPORTS = tmp_path / "keys", tmp_path / "exports"
    story.install()
    return story.incident()


def erase(incident: Incident) -> None:
    row = erasure.request(
        incident,
        story.ALL,
        ground=story.GROUND,
        reason="Asked for.",
        by=story.officer(),
        at=clock.now(),
    )
    erasure.approve(row, note="", by=story.second(), at=clock.now())


def made(export: Export) -> Path:
    sequencer.seal(at=clock.now())
    while making.work():
        pass
    path = exports.file(exports.one(export.id))
    assert path.is_file()
    return path


def test_a_package_of_the_incident_goes(incident: Incident) -> None:
    path = made(exports.of_incident(incident, by=story.officer(), at=clock.now()))
    erase(incident)
    making.expire(at=clock.now())
    assert not path.exists()
    assert Entry.objects.filter(verb="evidence.expired").count() == 1


def test_so_do_one_of_its_period_and_one_of_the_whole_trail(incident: Incident) -> None:
    day = timedelta(days=1)
    since, until = incident.reported_at - day, incident.reported_at + day
    by, at = story.officer(), clock.now()
    period = exports.of_period(since, until, by=by, at=at)
    other = exports.of_period(since - 9 * day, since, by=by, at=at)
    whole = exports.of_log(by=by, at=at)
    paths = [made(each) for each in (period, other, whole)]
    erase(incident)
    making.expire(at=clock.now())
    assert [path.exists() for path in paths] == [False, True, False]


def test_one_that_is_being_made_has_to_be_asked_for_again(incident: Incident) -> None:
    asked = exports.of_incident(incident, by=story.officer(), at=clock.now())
    erase(incident)
    found = exports.one(asked.id)
    assert (found.state, "Ask for a new package" in found.error) == ("failed", True)
    assert not making.work()


def test_nothing_of_one_that_is_half_made_stays_on_the_disk(incident: Incident) -> None:
    exports.of_incident(incident, by=story.officer(), at=clock.now())
    sequencer.seal(at=clock.now())
    making.work(budget=timedelta(0))
    assert list(exports.directory().iterdir())
    erase(incident)
    making.expire(at=clock.now())
    assert list(exports.directory().iterdir()) == []


@pytest.mark.parametrize("budget", [timedelta(0), timedelta(minutes=1)])
def test_nor_of_one_that_is_being_made_just_then(
    incident: Incident, budget: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether its slice ends there or the package is finished in it."""
    parts = one.parts

    def erased_meanwhile(work: Work) -> Iterator[str]:
        erase(incident)
        yield "0"
        yield from parts(work)

    monkeypatch.setattr(one, "parts", erased_meanwhile)
    asked = exports.of_incident(incident, by=story.officer(), at=clock.now())
    sequencer.seal(at=clock.now())
    making.work(budget=budget)
    assert exports.one(asked.id).state == "failed"
    assert list(exports.directory().iterdir()) == []


def named(path: Path) -> list[str]:
    """The files of a package in which the name stands."""
    with zipfile.ZipFile(path) as package:
        return [each for each in package.namelist() if story.NAME.encode() in package.read(each)]


def test_a_new_one_has_nothing_of_what_was_erased(incident: Incident) -> None:
    by, at = story.officer(), clock.now()
    assert len(named(made(exports.of_incident(incident, by=by, at=at)))) > 5
    erase(incident)
    assert named(made(exports.of_incident(incident, by=by, at=clock.now()))) == []
