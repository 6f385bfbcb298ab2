"""Every list, of the API and of the console, takes as many statements for many rows as for one: the
lists are read from the addresses of the service, so that a new one is tried without being named."""

import copy
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from governance import clock, ids
from governance.api.pagination import Pages
from governance.connectors.webhook import endpoints
from incidents import correspondence
from incidents.following import subscriptions
from incidents.following.subscriptions import Choice
from incidents.models import Notice, Subscription
from tests import factory
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
MORE: Final = 2


_RULES: Final = """
SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname)
|| ' CASCADE' FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('u', 'c', 'x')
UNION ALL
SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def copies(model: type[models.Model]) -> None:
    """Some more rows like the last one, in a table without rules: it has them again after the
    test."""
    if model in _MORE_THAN_A_ROW:
        _MORE_THAN_A_ROW[model]()
        return
    row = model._default_manager.order_by("pk").last()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_RULES, [table, table])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = replica")
    for number in range(MORE if row is not None else 0):
        made = copy.copy(row)
        made.pk = _other(model._meta.pk, row.pk, number)
        for field in _leading(model):
            setattr(made, field.attname, _another(field, row, number))
        model._default_manager.bulk_create([made])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def _drafts() -> None:
    at = clock.now()
    for _ in range(MORE):
        incident = factory.submit(factory.breach(at, harms=["privacy"]), at=at)
        stage = factory.deadline(incident, "notify", "initial")
        correspondence.draft(stage, by=factory.PERSON, at=at)


def _subscriptions() -> None:
    words: dict[str, Any] = {"by": factory.PERSON, "at": clock.now()}
    for number in range(MORE):
        endpoint, _ = endpoints.create(name=f"more-{number}", url="https://example.org/", **words)
        subscriptions.subscribe(endpoint, Choice(["incident.*"]), **words)


_MORE_THAN_A_ROW: Final = {Notice: _drafts, Subscription: _subscriptions}


def _other(key: Any, value: Any, number: int) -> Any:
    if isinstance(key, models.UUIDField):
        return ids.new()
    if isinstance(value, str):
        return f"{number}{value}"[: key.max_length]
    return value + 1000 + number


def _leading(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """What each row has to itself of another table."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and any(
            field.name in each.fields
            for each in model._meta.constraints
            if isinstance(each, models.UniqueConstraint)
        ):
            yield field


def _another(field: models.ForeignKey[Any, Any], row: Any, number: int) -> Any:
    """Of the other rows there, if any."""
    there = field.related_model._default_manager.exclude(pk=getattr(row, field.attname))
    found = list(there.order_by("pk").values_list("pk", flat=True))
    return found[number % len(found)] if found else getattr(row, field.attname)


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
        statements(caller, door.address)  # that it was read is on record from here on
        few = statements(caller, door.address, page_size="200")
        copies(door.view.queryset.model if door.view.queryset is not None else _model(door.view))
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
        monkeypatch.setattr(page, "list_per_page", 200)
        statements(caller, door.address)
        few = statements(caller, door.address)
        copies(page.model)
        many = statements(caller, door.address)
        short |= {door.route} if page.model._default_manager.count() < 2 else set()
        if more := grown(few, many):
            wrong[door.route] = more
    assert (wrong, short) == ({}, set())
    assert len(doors) > 15
