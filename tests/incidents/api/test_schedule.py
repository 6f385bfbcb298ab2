import pytest

from incidents import sweep
from incidents.models import Incident, Timer
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    found = factory.submit(factory.breach(system="chat-bot"))
    sweep.run(at=AT + 8 * HOUR)
    return found


def test_the_schedule_of_an_incident(incident: Incident) -> None:
    found = factory.get(factory.client(), "timers", incident=incident.reference, state="fired")
    assert "overdue" in {each["kind"] for each in found.json()["results"]}


def test_a_time_narrows_it(incident: Incident) -> None:
    before = factory.iso(AT + 3 * HOUR)
    found = factory.get(factory.client(), "timers", kind="overdue", due_before=before)
    assert found.json()["results"] == []


def test_what_asks_for_a_decision_names_the_request(incident: Incident) -> None:
    clock = factory.deadline(incident, "notify", "initial")
    asked = [factory.ask(clock, kind, until=AT + 99 * HOUR) for kind in ("delay", "pause")]
    found = factory.get(factory.client(), "timers", dispensation=str(asked[1].id))
    assert [each["dispensation"] for each in found.json()["results"]] == [str(asked[1].id)]


def test_a_timer_is_explained(incident: Incident) -> None:
    timer = Timer.objects.get(kind="overdue", step="1")
    found = factory.get(factory.client(), f"timers/{timer.id}").json()["explanation"]
    assert found["verdict"].startswith("Said: 0 of 2")
    assert {each["destination"] for each in found["messages"]} >= {"legal@example.org"}


def test_an_unknown_timer_is_a_problem(incident: Incident) -> None:
    found = factory.get(factory.client(), "timers/01890000-0000-7000-8000-00000000ffff")
    assert (found.status_code, found.json()["code"]) == (404, "not-found")


def test_reading_needs_its_scope(incident: Incident) -> None:
    caller = factory.client("incidents:report")
    assert factory.get(caller, "timers").status_code == 403
