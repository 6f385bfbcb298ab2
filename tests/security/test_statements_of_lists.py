"""Every list, of the API and of the console, takes as many statements for many rows as for one: the
lists are read from the addresses of the service, so that a new one is tried without being named."""

import copy
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from governance import ids
from governance.api.pagination import Pages
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
MORE = 4


def copies(model: type[models.Model]) -> None:
    """Some more rows like the last one, past triggers and foreign keys."""
    row = model._default_manager.order_by("pk").last()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for number in range(MORE if row is not None else 0):
        made = copy.copy(row)
        for field in _unique(model):
            setattr(made, field.attname, _other(field, row, number))
        model._default_manager.bulk_create([made])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def _unique(model: type[models.Model]) -> Iterator[Any]:
    """The key, and a text, number or key of each other constraint."""
    yield model._meta.pk
    groups = [[field] for field in model._meta.concrete_fields if field.unique]
    constraints = [
        each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)
    ]
    groups += [[model._meta.get_field(name) for name in each.fields] for each in constraints]
    for group in groups:
        kinds = (models.CharField, models.IntegerField, models.UUIDField, models.ForeignKey)
        found = [field for kind in kinds for field in group if isinstance(field, kind)]
        yield from found[:1]


def _other(field: Any, row: Any, number: int) -> Any:
    value = getattr(row, field.attname)
    if isinstance(value, UUID) or isinstance(field, models.UUIDField):
        return ids.new()
    if isinstance(value, int):
        return value + 1000 + number
    return f"{value or ''}{number}"[-(field.max_length or 80) :]


def statements(caller: Any, address: str, **query: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = walk.get(caller, address, **query)
    assert answer.status_code == 200, (address, answer.whole[:300])
    return [each["sql"] for each in captured]


def grown(few: list[str], many: list[str]) -> list[str]:
    """The statements that many rows take beyond those of few."""
    left = [_form(each) for each in few]
    more = []
    for each in many:
        left.remove(_form(each)) if _form(each) in left else more.append(each)
    return more if len(many) > len(few) else []


def _form(statement: str) -> str:
    return statement.split(" WHERE ")[0]


def test_no_list_of_the_api_takes_more_for_more_rows() -> None:
    caller, wrong, short = walk.tool(), {}, set()
    doors = [each for each in walk.of_the_api() if _pages(each.view) and "<" not in each.route]
    for door in doors:
        copies(door.view.queryset.model if door.view.queryset is not None else _model(door.view))
        statements(caller, door.address)  # that it was read is on record from here on
        few = statements(caller, door.address, page_size="1")
        many = statements(caller, door.address, page_size="200")
        rows = walk.get(caller, door.address, page_size="200").json()["results"]
        short |= {door.route} if len(rows) < 2 else set()
        if more := grown(few, many):
            wrong[door.route] = more
    assert (wrong, short) == ({}, set())
    assert len(doors) > 15


def _pages(view: Any) -> bool:
    kind = getattr(view, "pagination_class", None)
    return kind is not None and issubclass(kind, Pages)


def _model(view: Any) -> type[models.Model]:
    found: type[models.Model] = view.serializer_class.Meta.model
    return found


def test_no_list_of_the_console_takes_more_for_more_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    caller, wrong, short = walk.everybody().client, {}, set()
    doors = walk.lists()
    for door in doors:
        page: Any = door.page
        copies(page.model)
        statements(caller, door.address)
        monkeypatch.setattr(page, "list_per_page", 1)
        few = statements(caller, door.address)
        monkeypatch.setattr(page, "list_per_page", 200)
        many = statements(caller, door.address)
        short |= {door.route} if page.model._default_manager.count() < 2 else set()
        if more := grown(few, many):
            wrong[door.route] = more
    assert (wrong, short) == ({}, set())
    assert len(doors) > 15
