"""An escalation matrix in words, and the difference between two of them in sentences."""

from typing import Any

from policies import diff, documents, pack_pages
from tests.policies.escalating import matrices

ROTA = {
    "id": "duty", "zone": "Europe/Brussels", "start": "2026-11-02T09:00", "turn": "P7D",
    "members": ["ann", "ben"],
}  # fmt: skip
NIGHT = {"hours": {"from": "22:00", "to": "07:00"}, "zone": "Europe/Brussels"}


def document(**parts: Any) -> documents.Document:
    found = documents.read(matrices.text(**parts)).document
    assert found is not None
    return found


def page(**parts: Any) -> str:
    return "\n".join(pack_pages.of(document(**parts), {}))


def test_a_matrix_without_further_parts_is_one_table() -> None:
    assert page().splitlines()[0] == (
        "| Level | Leads | Told at once | Acknowledge within | Otherwise |"
    )


def test_what_is_repeated_and_who_everyone_is_read_aloud() -> None:
    steps = [{"after": "PT1H", "everyone": True}]
    found = page(levels={"SEV2": {"steps": steps, "repeat": {"every": "PT15M", "times": 3}}})
    assert "after 1 hour: everyone | every 15 minutes, 3 times |" in found


def test_quiet_hours_are_read_aloud() -> None:
    found = page(levels={"SEV3": {"quiet": {**NIGHT, "days": ["sunday"], "roles": ["responder"]}}})
    assert "22:00 to 07:00 Europe/Brussels, all of Sunday (for Responder)" in found


def test_the_answer_outside_working_hours_is_read_aloud() -> None:
    hours = {"calendar": "office", "from": "09:00", "to": "17:00"}
    found = page(working_hours=hours, levels={"SEV1": {"outside_hours": {"lead": "executive"}}})
    assert "Outside working hours (09:00 to 17:00 on working days of the calendar office)" in found
    assert "| SEV1 | Executive |" in found


def test_what_the_answer_outside_leaves_out_is_read_aloud_as_within() -> None:
    hours = {"calendar": "office", "from": "09:00", "to": "17:00"}
    level = {
        "notify": ["responder"],
        "acknowledge_within": "PT1H",
        "steps": [{"after": "PT2H", "notify": ["executive"]}],
        "outside_hours": {"lead": "executive"},
    }
    found = page(working_hours=hours, levels={"SEV1": level})
    outside = found.partition("Outside working hours")[2]
    assert "| SEV1 | Executive | Responder | 1 hour | after 2 hours: Executive |" in outside


def test_the_ladder_of_duties_is_read_aloud() -> None:
    steps = [
        {"after": "PT0S", "notify": ["executive"]},
        {"after": "P2D", "notify": ["responder"]},
    ]
    found = page(duties={"at_risk": {"notify": ["executive"]}, "overdue": {"steps": steps}})
    assert "A duty at risk is told to its owner and: Executive." in found
    assert "at once: Executive; after 2 days: Responder; then again every day" in found


def test_who_is_on_call_is_read_aloud() -> None:
    found = page(rotas=[ROTA], on_call={"responder": {"rota": "duty"}})
    row = "7 days each, from 2026-11-02 09:00 Europe/Brussels"
    assert f"| Responder | rota duty | ann, ben | {row} |" in found


def test_a_feed_is_shown_with_its_address() -> None:
    feed = {"id": "pager", "url": "https://example.org/a.ics", "zone": "UTC"}
    found = page(feeds=[feed], on_call={"responder": {"feed": "pager"}})
    assert "| Responder | feed pager | https://example.org/a.ics |" in found


def test_another_member_of_a_rota_is_a_sentence() -> None:
    other = {**ROTA, "members": ["ann", "cy"]}
    found = diff.documents(document(rotas=[ROTA]), document(version="1.2.0", rotas=[other]))
    said = [change.words for change in found]
    assert "The rota ‘duty’: in the members, ‘cy’ is new and ‘ben’ is gone." in said


def test_a_new_repetition_is_a_sentence() -> None:
    again = {"SEV1": {"repeat": {"every": "PT15M"}}}
    found = diff.documents(document(), document(version="1.2.0", levels=again))
    assert any("‘SEV1’" in change.words and "repeat" in change.words for change in found)
