"""What a change would make of stored incidents: asked for, worked on, kept."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from governance.errors import Conflict, Invalid
from governance.ledger.models import Entry
from incidents.models import Incident
from policies import approvals, drafts, impacts
from policies.errors import PolicyProblems
from policies.models import Impact, PolicyVersion
from policies.simulation import Case, Selection, Slice
from tests import factory
from tests.factory import AT, HOUR, MINUTE
from tests.policies.officers import NEXT, approved, author, counsel, draft
from tests.policies.simulated import Many

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = AT + HOUR
SLICES = (10, 20, 30, 40)
#: The next severity policy with more incidents critical, and nothing else.
STRICTER = factory.text("severity", ("1.0.0", "1.3.0"), ("at_least: 1000", "at_least: 100"))
SHORTER = factory.text("breach", ("1.0.0", "1.1.0"), ("hours: 8, counting", "hours: 6, counting"))


class Crowd(Many):
    """Says that it is more than can be looked at while somebody waits."""

    def slices(self, selection: Selection, *, size: int) -> Sequence[Slice]:
        return [Slice(None, None, 5_000)]


class Ending(Crowd):
    """Ends with `error` after the fifteenth case, whoever reads."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        for case in super().cases(selection, part, systems=systems):
            if case.id > "00000015":
                raise self.error
            yield case


CROWD = Crowd()
DYING = Ending(SystemExit())
BROKEN = Ending(RuntimeError("no such row"))


@pytest.fixture(autouse=True)
def house() -> None:
    factory.install()


@pytest.fixture
def crowd(settings: Settings) -> Settings:
    settings.INCIDENT_CASES = f"{__name__}.CROWD"
    return settings


def ask(*versions: PolicyVersion, at: datetime = NOW, **said: Any) -> Impact:
    return impacts.request(versions or [draft(STRICTER)], by=counsel(), at=at, **said)


def again(impact: Impact) -> Impact:
    return Impact.objects.get(id=impact.id)


def tick(at: datetime = NOW, *, slices: int = 1) -> bool:
    """Whether there was work at the last; a slice is ten cases."""
    for _ in range(slices):
        worked = impacts.work(now=lambda: at, budget=timedelta(0), batch=10)
    return worked


def result(impact: Impact, which: str = "all") -> dict[str, Any]:
    found = again(impact).result
    assert found is not None
    return dict(found[which])


# --- what is found -------------------------------------------------------------------------------


def test_of_few_incidents_the_answer_is_there_at_once() -> None:
    factory.submit(factory.report(impact={"people_affected": 500}))
    found = ask()
    assert (found.status, found.done, found.total) == ("done", 1, 1)
    assert result(found)["severities"] == [{"before": "SEV3", "after": "SEV1", "count": 1}]
    assert result(found)["complete"] is True


def test_versions_are_looked_at_together() -> None:
    factory.submit(factory.breach(impact={"people_affected": 500}))
    found = ask(draft(STRICTER), draft(SHORTER))
    assert result(found)["severities"] == [{"before": "SEV2", "after": "SEV1", "count": 1}]
    assert [each["direction"] for each in result(found)["dates"]] == ["earlier"]


def test_open_incidents_are_counted_apart_and_however_old() -> None:
    incidents = [factory.submit(factory.report(), at=AT + day * DAY) for day in (0, 1, 60, 61)]
    closed = [incidents[0].id, incidents[2].id]
    Incident.objects.filter(id__in=closed).update(
        state=Incident.State.CLOSED, closed_at=AT + 61 * DAY
    )
    found = ask(at=AT + 62 * DAY, days=5)
    assert (result(found)["total"], result(found, "open")["total"]) == (3, 2)


def test_an_incident_reported_after_the_question_is_not_in_the_answer() -> None:
    factory.submit(factory.report(), at=NOW + MINUTE)
    assert ask().total == 0


def test_a_draft_that_names_what_is_not_there_has_no_impact() -> None:
    with pytest.raises(PolicyProblems):
        ask(draft(NEXT.replace("default: SEV2", "default: SEV9")))


def test_a_change_is_measured_against_the_day_on_which_it_would_begin() -> None:
    approved(STRICTER, effective_from=AT + 10 * DAY)
    factory.submit(factory.report(impact={"people_affected": 500}))
    later = draft(STRICTER.replace("1.3.0", "1.4.0"))
    assert result(ask(later))["changed"] == 1
    assert result(ask(later, effective_from=AT + 11 * DAY))["changed"] == 0


def test_unless_told_otherwise_that_is_the_day_the_author_asked_for() -> None:
    (version,) = approvals.submit(
        [draft(STRICTER)], by=author(), at=AT, effective_from=AT + 10 * DAY
    )
    assert ask(version).effective_at == AT + 10 * DAY


@pytest.mark.parametrize("days", [0, 100_000])
def test_days_are_bounded(days: int) -> None:
    with pytest.raises(Invalid):
        ask(days=days)


def test_two_versions_of_one_policy_are_no_change() -> None:
    with pytest.raises(Conflict, match="cannot hold at once"):
        ask(draft(NEXT), draft(STRICTER))


def test_an_approved_version_is_no_change() -> None:
    with pytest.raises(Conflict, match=r"severity@1\.3\.0"):
        ask(approved(STRICTER))


def test_files_need_not_be_versions() -> None:
    factory.submit(factory.report(impact={"people_affected": 500}))
    documents = factory.house(severity=STRICTER)
    found = impacts.request_documents(documents, by=counsel(), at=NOW)
    assert (list(found.digests), found.versions) == (["SeverityPolicy/severity@1.3.0"], [])
    assert result(found)["changed"] == 1


# --- asking again, and whether it still holds ----------------------------------------------------


def test_asked_again_on_the_same_day_it_is_the_same() -> None:
    version = draft(STRICTER)
    assert ask(version).id == ask(version, at=NOW + HOUR).id


@pytest.mark.parametrize("said", [{"days": 30}, {"at": NOW + DAY}, {"effective_from": NOW + DAY}])
def test_another_question_has_another_answer(said: Any) -> None:
    version = draft(STRICTER)
    assert ask(version).id != ask(version, **said).id


def test_asking_is_one_entry_of_the_trail() -> None:
    version = draft(STRICTER)
    found = [ask(version), ask(version)][0]
    (entry,) = Entry.objects.filter(object_id=str(found.id))
    assert (entry.verb, entry.actor) == ("policy.impact_requested", str(counsel()))


def test_the_impact_of_a_version_is_that_of_its_present_text() -> None:
    version = draft(STRICTER)
    found = ask(version)
    assert impacts.of(version) == found
    edited = drafts.edit(version, STRICTER.replace("100", "200"), by=author(), at=NOW)
    assert impacts.of(edited) is None
    assert "text" in impacts.stale(found, at=NOW)


def test_a_comment_in_the_text_changes_no_impact() -> None:
    version = draft(STRICTER)
    found = ask(version)
    drafts.edit(version, STRICTER + "# more\n", by=author(), at=NOW)
    assert impacts.stale(found, at=NOW) == ""


def test_an_impact_is_stale_once_other_policies_hold() -> None:
    found = ask()
    approved(SHORTER, at=NOW)
    assert "policies" in impacts.stale(found, at=NOW)


def test_an_impact_is_stale_on_the_next_day() -> None:
    assert "incidents since" in impacts.stale(ask(), at=NOW + DAY)


def test_an_approval_keeps_counts_and_names_no_incident() -> None:
    incident = factory.submit(factory.report(impact={"people_affected": 500}))
    found = impacts.summary(ask())
    assert (found["all"]["changed"], found["open"]["changed"]) == (1, 1)
    assert incident.reference not in str(found)


# --- the work ------------------------------------------------------------------------------------


def test_many_incidents_wait_for_a_worker(crowd: None) -> None:
    found = ask()
    assert (found.status, found.done, found.total, found.result) == ("waiting", 0, 5_000, None)


def test_progress_is_seen_slice_by_slice(crowd: None) -> None:
    found = ask()
    seen = [again(found).done for _ in SLICES if tick()]
    assert (tuple(seen), again(found).status) == (SLICES, "running")
    assert tick()
    assert (again(found).status, again(found).total) == ("done", 40)


def test_slices_find_what_one_go_finds(crowd: None) -> None:
    sliced = ask()
    tick(slices=5)
    whole = ask(*PolicyVersion.objects.filter(status="draft"), at=NOW + DAY)
    assert impacts.work(now=lambda: NOW + DAY)
    assert result(sliced) == result(whole)
    assert result(sliced)["changed"] == 4


def test_what_is_found_so_far_says_that_it_is_not_all(crowd: None) -> None:
    found = ask()
    tick()
    assert result(found)["complete"] is False


def test_a_draft_edited_meanwhile_changes_nothing(crowd: None) -> None:
    version = draft(STRICTER)
    found = ask(version)
    tick()
    drafts.edit(version, STRICTER.replace("100", "900"), by=author(), at=NOW)
    tick(slices=4)
    assert result(found)["changed"] == 4


def test_with_nothing_to_do_a_tick_does_nothing() -> None:
    assert tick() is False


def test_one_after_the_other_in_the_order_asked(crowd: None) -> None:
    version = draft(STRICTER)
    first, second = ask(version), ask(version, days=30)
    tick(slices=5)
    assert (again(first).status, again(second).status) == ("done", "waiting")


def test_while_one_worker_is_at_it_another_does_nothing(crowd: Settings) -> None:
    die(crowd)
    assert tick(NOW + MINUTE - timedelta(seconds=1)) is False


def test_what_a_dead_worker_left_goes_on_after_the_lease(crowd: Settings) -> None:
    found = die(crowd)
    assert (again(found).status, again(found).done) == ("running", 10)
    tick(NOW + 2 * MINUTE, slices=4)
    assert (again(found).status, again(found).done) == ("done", 40)
    assert result(found)["total"] == 40


def die(settings: Settings) -> Impact:
    """An impact whose worker died in its second slice."""
    found = ask()
    settings.INCIDENT_CASES = f"{__name__}.DYING"
    tick()
    with pytest.raises(SystemExit):
        tick()
    settings.INCIDENT_CASES = f"{__name__}.CROWD"
    return found


def test_one_that_kills_every_worker_is_given_up(crowd: Settings) -> None:
    found = die(crowd)
    crowd.INCIDENT_CASES = f"{__name__}.DYING"
    for minutes in (2, 4):
        with pytest.raises(SystemExit):
            tick(NOW + minutes * MINUTE)
    tick(NOW + 6 * MINUTE)
    assert (again(found).status, again(found).error[:15]) == ("failed", "The worker died")


def test_what_fails_three_times_is_failed_and_says_where(crowd: Settings) -> None:
    found = ask()
    crowd.INCIDENT_CASES = f"{__name__}.BROKEN"
    for minutes in range(4):
        tick(NOW + minutes * MINUTE)
    assert again(found).status == "failed"
    assert again(found).error == "RuntimeError after incident 00000010."


def test_what_fails_once_is_tried_again_later(crowd: Settings) -> None:
    found = ask()
    crowd.INCIDENT_CASES = f"{__name__}.BROKEN"
    tick(slices=2)
    crowd.INCIDENT_CASES = f"{__name__}.CROWD"
    assert tick() is False
    tick(NOW + MINUTE, slices=4)
    assert (again(found).status, again(found).error) == ("done", "")


# --- cancelling ----------------------------------------------------------------------------------


def test_a_cancelled_impact_keeps_what_it_has_and_goes_no_further(crowd: None) -> None:
    found = ask()
    tick()
    assert impacts.cancel(found, by=counsel(), at=NOW).status == "cancelled"
    assert tick() is False
    assert (again(found).done, result(found)["total"]) == (10, 10)


class Cancelling(Crowd):
    """Somebody cancels while the second slice is read."""

    def cases(
        self, selection: Selection, part: Slice, *, systems: Collection[str]
    ) -> Iterator[Case]:
        if part.after is not None:
            impacts.cancel(Impact.objects.get(), by=counsel(), at=NOW)
        yield from super().cases(selection, part, systems=systems)


CANCELLING = Cancelling()


def test_cancelling_stops_a_worker_that_is_at_it(crowd: Settings) -> None:
    found = ask()
    crowd.INCIDENT_CASES = f"{__name__}.CANCELLING"
    tick(slices=2)
    assert (again(found).status, again(found).done) == ("cancelled", 10)


def test_what_is_over_cannot_be_cancelled() -> None:
    with pytest.raises(Conflict):
        impacts.cancel(ask(), by=counsel(), at=NOW)


def test_after_a_cancellation_the_question_can_be_asked_anew(crowd: None) -> None:
    version = draft(STRICTER)
    first = impacts.cancel(ask(version), by=counsel(), at=NOW)
    assert ask(version).id != first.id
