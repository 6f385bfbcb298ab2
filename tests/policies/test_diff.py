"""Differences by meaning, as an officer reads them (pure)."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import canonical
from policies import diff
from policies.diff import Change
from tests import factory


def changes(name: str, *edits: tuple[str, str]) -> list[Change]:
    """What edits of a file of the house change."""
    before, after = factory.document(factory.text(name)), factory.text(name, *edits)
    return list(diff.data(before.data, factory.document(after).data))


def change(name: str, *edits: tuple[str, str]) -> Change:
    (found,) = changes(name, *edits)
    return found


DEATH_RULE = """    - id: death
      level: SEV1
      because: A person died.
      when: {harms: {includes: death}}
"""
NEW_RULE = """    - id: no-way-back
      level: SEV2
      because: It cannot be undone.
      when: {impact.reversible: false}
"""
MANY = "when: {impact.people_affected: {at_least: 1000}}"
NOTIFY = "when: {not: {personal_data.risk: unlikely}}"
BREACH = "applies_when: {personal_data.breach: true}"


@pytest.mark.parametrize(
    ("name", "edit", "words"),
    [
        (
            "harm",
            ("hours: 12, counting", "hours: 10, counting"),
            "The duty ‘death’, stage ‘report’: the limit from aware becomes 10 hours instead of 12 "
            "hours.",
        ),
        (
            "harm",
            ("hours: 12, counting", "days: 1, counting"),
            "The duty ‘death’, stage ‘report’: the limit from aware becomes 1 day instead of 12 "
            "hours.",
        ),
        (
            "breach",
            ("limits: [{from: {submitted: initial}, hours: 24",
             "limits: [{from: {submitted: initial}, hours: 20"),
            "The duty ‘notify’, stage ‘final’: the limit from the submission of initial becomes 20 "
            "hours instead of 24 hours.",
        ),
        (
            "breach",
            ("target: {hours: 3}", "target: {hours: 2}"),
            "The duty ‘notify’, stage ‘initial’: the target becomes 2 hours instead of 3 hours.",
        ),
        (
            "breach",
            ("determine_within: PT6H", "determine_within: PT1H"),
            "The duty ‘notify’: the time to find out whether it applies becomes 1 hour instead of "
            "6 hours.",
        ),
        (
            "severity",
            (MANY, MANY.replace("1000", "100")),
            "The rule ‘many’: the condition changes: impact.people_affected is at least 100 "
            "instead of is at least 1000.",
        ),
        ("severity", (DEATH_RULE, ""), "The rule ‘death’ is gone: A person died."),
        (
            "severity",
            (DEATH_RULE, DEATH_RULE + NEW_RULE),
            "The rule ‘no-way-back’ is new: It cannot be undone.",
        ),
        ("severity", ("default: SEV3", "default: SEV2"),
         "The default level becomes ‘SEV2’ instead of ‘SEV3’."),
        ("breach", ("status: in_force", "status: scheduled"),
         "The status of the source becomes ‘scheduled’ instead of ‘in_force’."),
        ("breach", ('remind: ["50%", "1 hour before"]', 'remind: ["50%", "2 hours before"]'),
         "The duty ‘notify’, stage ‘initial’: in the list of reminders, ‘2 hours before’ is new "
         "and ‘1 hour before’ is gone."),
        ("harm", ("supersedes: [serious]\n", "\n"),
         "The duty ‘death’: the list of duties that it supersedes is gone: ‘serious’."),
    ],
)  # fmt: skip
def test_a_change_reads_as_a_sentence(name: str, edit: tuple[str, str], words: str) -> None:
    assert change(name, edit).words == words


@pytest.mark.parametrize(
    ("name", "edit", "where"),
    [
        ("harm", ("hours: 12", "hours: 10"), "duties/death/stages/report/limits/aware"),
        ("severity", (MANY, MANY.replace("1000", "9")), "rules/many/when"),
        ("severity", ("title: Critical", "title: Worst"), "levels/SEV1/title"),
        ("escalation", ("PT5M", "PT9M"), "levels/SEV1/acknowledge_within"),
    ],
)
def test_a_change_names_its_place_by_ids(name: str, edit: tuple[str, str], where: str) -> None:
    assert where in {each.where for each in changes(name, edit)}


def test_the_pointers_lead_to_the_place_in_each_text() -> None:
    found = next(
        each for each in changes("severity", (DEATH_RULE, ""), (MANY, MANY.replace("1000", "9")))
        if each.where == "rules/many/when"
    )  # fmt: skip
    assert (found.pointer_before, found.pointer_after) == (
        "/spec/rules/1/when",
        "/spec/rules/0/when",
    )


def test_what_is_new_has_no_place_in_the_old_text() -> None:
    found = change("severity", (DEATH_RULE, DEATH_RULE + NEW_RULE))
    assert (found.kind, found.pointer_before, found.before_yaml) == ("added", None, "")


def test_before_and_after_are_shown_as_yaml() -> None:
    found = change("severity", (MANY, MANY.replace("1000", "100")))
    assert found.after_yaml == "impact.people_affected:\n  at_least: 100"


def test_another_composition_is_told_with_the_whole_condition() -> None:
    found = change(
        "breach",
        (BREACH, "applies_when: {any: [{personal_data.breach: true}, {harms: {known: true}}]}"),
    )
    assert found.words == (
        "The condition of the regime changes: it also asks whether harms is known: yes; it is now: "
        "personal_data.breach is yes or harms is known: yes; before: personal_data.breach is yes."
    )


def test_a_condition_turned_round_is_told_though_it_asks_the_same() -> None:
    found = change("breach", (NOTIFY, "when: {personal_data.risk: unlikely}"))
    assert "it is now: personal_data.risk is unlikely" in found.words


def test_comments_layout_and_the_order_of_keys_are_no_difference() -> None:
    layout = (
        "{id: SEV1, title: Critical}",
        "{title: 'Critical', id: SEV1}  # the worst",
    )
    assert changes("severity", layout) == []


def test_another_order_is_one_change() -> None:
    text = factory.text("severity", (DEATH_RULE, ""))
    text = text.replace("  default: SEV3", f"{DEATH_RULE}  default: SEV3")
    (found,) = diff.data(
        factory.document(factory.text("severity")).data, factory.document(text).data
    )
    assert (found.kind, found.words) == (
        "moved",
        "The order of the rules changes: many, breach, death.",
    )


def test_a_document_that_is_new_is_one_change() -> None:
    after = factory.document(factory.text("harm"))
    (found,) = diff.documents(None, after)
    assert (found.kind, found.words) == ("added", "ObligationPolicy/harm is new: Harm to people.")


def test_releases_are_compared_document_by_document() -> None:
    after = factory.house(harm="", severity=factory.text("severity", ("SEV3\n", "SEV2\n")))
    found = diff.releases(factory.house(), after)
    assert [(each.document, each.kind) for each in found] == [
        ("ObligationPolicy/harm", "removed"),
        ("SeverityPolicy/severity", "changed"),
    ]


def test_changes_are_grouped_by_what_they_belong_to() -> None:
    found = changes("harm", ("hours: 12", "hours: 10"), ("Report a death", "Report it"))
    assert list(diff.grouped(found)) == [("ObligationPolicy/harm", "duty ‘death’")]


# --- for every document ------------------------------------------------------------------------


@pytest.mark.parametrize("document", factory.house(), ids=lambda each: str(each.identity))
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    assert diff.data(document.data, copy.deepcopy(document.data)) == ()


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b", "PT1H"]),
    st.lists(st.sampled_from(["a", "b", 1, True]), max_size=3),
    st.fixed_dictionaries({"id": st.sampled_from("ab")}, optional={"days": st.integers(1, 2)}),
)  # fmt: skip


def edited(data: Any, draw: st.DataObject) -> Any:
    """The data with something replaced, dropped, doubled or moved, wherever chance leads."""
    if isinstance(data, dict) and data:
        key = draw.draw(st.sampled_from([*data]))
        if draw.draw(st.booleans()):
            return {**data, key: edited(data[key], draw)}
        return {name: value for name, value in data.items() if name != key}
    if isinstance(data, list) and data:
        place = draw.draw(st.integers(0, len(data) - 1))
        if draw.draw(st.booleans()):
            return [*data[:place], edited(data[place], draw), *data[place + 1 :]]
        return draw.draw(st.sampled_from([data[1:], [*data, data[0]], data[::-1]]))
    return draw.draw(VALUES)


@given(st.sampled_from(["harm", "breach", "severity", "register", "escalation"]), st.data())
def test_what_changes_the_digest_is_a_change(name: str, draw: st.DataObject) -> None:
    before = factory.document(factory.text(name)).data
    after = {**before, "spec": edited(before["spec"], draw)}
    same = canonical.text(before) == canonical.text(after)
    assert (diff.data(before, after) == ()) is same
