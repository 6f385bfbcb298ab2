"""What the packages' descriptions of answers share."""

from typing import Any

from rest_framework import serializers


class Plain(serializers.Serializer[object]):
    """A mapping that no row stands behind."""


def texts() -> Any:
    return serializers.ListField(child=serializers.CharField())


def anything() -> Any:
    return serializers.ListField(child=serializers.JSONField())


def counts() -> Any:
    return serializers.DictField(child=serializers.IntegerField())


def results(row: type[serializers.BaseSerializer[Any]]) -> Any:
    """A whole list under `results`, not in pages; a class of its own for each row's."""
    name = row.__name__.removesuffix("Out")
    return type(f"{name}sOut", (Plain,), {"results": row(many=True)})
