from governance.console.state_differences import Difference, between


def test_what_changed_stands_side_by_side() -> None:
    (found,) = between({"state": "open"}, {"state": "closed"})
    assert found == Difference("state", "open", "closed", "changed")


def test_what_stayed_is_told_apart() -> None:
    assert [each.kind for each in between({"a": 1, "b": 2}, {"a": 1, "b": 3})] == [
        "same",
        "changed",
    ]


def test_what_came_and_what_went_say_so() -> None:
    found = between({"old": "x"}, {"new": {"inner": True}})
    assert [(each.path, each.kind) for each in found] == [
        ("new.inner", "added"),
        ("old", "removed"),
    ]


def test_nothing_before_is_all_new() -> None:
    assert [each.kind for each in between(None, {"a": None})] == ["added"]


def test_two_empty_states_differ_in_nothing() -> None:
    assert between(None, {}) == []


def test_what_says_nothing_is_known_as_such() -> None:
    found = between(None, {"empty": "", "null": None, "list": [], "zero": 0})
    assert [each.path for each in found if each.blank] == ["empty", "null", "list"]
