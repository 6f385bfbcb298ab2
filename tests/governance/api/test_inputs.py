"""Requests are read as JSON says them: no value stands for one of another type."""

from typing import Any

import pytest
from rest_framework import serializers

from governance.api.inputs import InstantField, Strict

UUID = "01890000-0000-7000-8000-000000000001"


class InnerIn(Strict):
    covered = serializers.BooleanField()


class ThingIn(Strict):
    name = serializers.CharField(max_length=4, required=False)
    days = serializers.IntegerField(required=False, min_value=1)
    drill = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(choices=["1", "2"], required=False)
    id = serializers.UUIDField(required=False, allow_null=True)
    at = InstantField(required=False)
    names = serializers.ListField(child=serializers.CharField(), required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    inner = InnerIn(many=True, required=False)


def errors(**given: Any) -> Any:
    thing = ThingIn(data=given)
    thing.is_valid()
    return thing.errors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 7),
        ("name", True),
        ("days", "7"),
        ("days", True),
        ("days", 7.5),
        ("drill", 1),
        ("drill", "true"),
        ("kind", 1),
        ("id", 1),
        ("at", 2026),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    assert [each.code for each in errors(**{name: value})[name]] == ["wrong-type"]


def test_the_type_is_asked_of_each_member_of_a_list_and_of_a_mapping() -> None:
    found = errors(names=["a", 1], counts={"a": 1, "b": "2"}, inner=[{"covered": "yes"}])
    assert [*found["names"]] == [1]
    assert [*found["counts"]] == ["b"]
    assert found["inner"][0]["covered"][0].code == "wrong-type"


def test_what_is_of_the_right_type_is_taken() -> None:
    given = {"name": "a", "days": 7.0, "drill": False, "kind": "1", "id": None, "counts": {"a": 1}}
    assert errors(**given, at="2026-11-22T09:00:00Z", names=[], inner=[{"covered": True}]) == {}


def test_the_other_errors_are_told_with_it() -> None:
    assert {*errors(name="too long", days="7", other=1)} == {"other"}
    assert {*errors(name="too long", days="7")} == {"name", "days"}
