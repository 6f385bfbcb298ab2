"""What of an incident's page a phone folds: what is calm, and never what is overdue or at risk."""

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from governance.outbox.models import Message
from incidents import moments
from incidents.models import Incident
from tests import factory
from tests.incidents.admin.desk import Desk, text

INCIDENTS = "incidents_incident"
_VOID = {"input", "link", "meta", "br", "img", "hr"}


class _Folded(HTMLParser):
    """Which ids stand on a page, and what leads to which clock, inside of what a phone folds."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.ids: dict[str, bool] = {}
        self.clocks: dict[str, set[bool]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        within = any(folds for _, folds in self.open)
        if given.get("id"):
            self.ids[str(given["id"])] = within or "data-fold" in given
        if found := re.fullmatch(r"/incidents/clock/(.*)/change/", given.get("href") or ""):
            self.clocks.setdefault(found[1], set()).add(within)
        if tag not in _VOID:
            self.open.append((tag, "data-fold" in given))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass


def read(incident: Incident, viewer: Desk) -> _Folded:
    found = _Folded()
    found.feed(text(viewer.page(INCIDENTS, incident.id)))
    return found


@pytest.mark.parametrize(
    "part", ["why", "facts", "record", "moments", "papers", "playbook", "next", "messages", "log"]
)
def test_what_is_calm_is_folded(incident: Incident, officer: Desk, part: str) -> None:
    assert read(incident, officer).ids["timeline" if part == "log" else part]


@pytest.mark.parametrize("part", ["course", "duties", "actions"])
def test_what_is_to_be_done_is_not(incident: Incident, officer: Desk, part: str) -> None:
    assert not read(incident, officer).ids[part]


def test_it_all_comes_open_for_who_has_no_script(incident: Incident, officer: Desk) -> None:
    page = text(officer.page(INCIDENTS, incident.id))
    folds = re.findall(r"<details[^>]*data-fold[^>]*>", page)
    assert folds
    assert all(fold.endswith(" open>") for fold in folds)


@pytest.mark.parametrize("hours", [7.5, 9], ids=["at-risk", "overdue"])
def test_what_is_late_or_nearly_so_is_never_folded(
    now: datetime, officer: Desk, hours: float
) -> None:
    aware = now - timedelta(hours=hours)
    incident = factory.submit(factory.breach(aware, harms=["privacy"]), at=now)
    clock = factory.deadline(incident, "notify", "initial")
    assert read(incident, officer).clocks[str(clock.id)] == {False}


def test_a_duty_that_is_met_is_folded(incident: Incident, officer: Desk, now: datetime) -> None:
    duty = factory.duty(incident, "notify")
    for stage in ("initial", "final"):
        factory.fulfil(factory.deadline(incident, "notify", stage), now, at=now)
    duty.refresh_from_db()
    assert duty.state == duty.State.FULFILLED
    found = read(incident, officer)
    assert found.ids["over"]
    assert found.ids[f"duty-{duty.id}"]


def test_stages_of_which_none_has_begun_are_folded(now: datetime, officer: Desk) -> None:
    incident = factory.submit(factory.breach(None, harms=["privacy"]), at=now)
    found = read(incident, officer)
    clock = factory.deadline(incident, "notify", "initial")
    assert not found.ids[f"duty-{clock.duty_id}"]
    assert True in found.clocks[str(clock.id)]


def test_moments_of_which_one_may_be_chosen_are_not_folded(
    incident: Incident, officer: Desk, now: datetime
) -> None:
    moments.record(
        incident,
        "aware",
        now - 2 * factory.HOUR,
        basis="Another log.",
        source="",
        decides=False,
        by=factory.PERSON,
        at=now,
    )
    assert not read(incident, officer).ids["moments"]


def test_messages_that_nobody_got_are_not_folded(incident: Incident, officer: Desk) -> None:
    Message.objects.filter(incident_id=incident.id).update(state=Message.State.DEAD)
    assert not read(incident, officer).ids["messages"]


def test_a_notice_that_has_not_left_is_not_folded(incident: Incident, officer: Desk) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    officer.act("incidents_clock", clock.id, "draft_notice")
    assert not read(incident, officer).ids["papers"]
