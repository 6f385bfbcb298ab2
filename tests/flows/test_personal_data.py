"""Who may read everything but personal data sees none of it, through every door that there is.

What is personal is read from the columns that an erasure would take, so that a new one is looked
for without being named here.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from rest_framework import serializers

from governance.accounts import roles
from governance.api.withheld import WITHHELD, Withholding
from governance.ledger.models import Entry, PersonalData
from governance.outbox.models import Message
from incidents import erasable
from incidents.erasable.notes import NOTES
from incidents.erasable.notices import NOTICES
from incidents.erasable.part import Texts
from incidents.models import Incident, Submission
from policies import personal_facts
from policies.models import PolicyVersion
from tests import factory
from tests.flows.doors import doors
from tests.incidents.admin.desk import desk

pytestmark = pytest.mark.django_db
#: Shorter ones stand on any page by chance.
SHORTEST: Final = 5
#: What is around the words in these stands everywhere: of a text, its longest line is looked for.
MARKUP: Final = ("html", "payload", "text")
#: What the link itself gives: whoever made it may read what is behind it.
LINKS: Final = "api/v1/shared/"
#: Examples in the description are nobody's.
DESCRIPTION: Final = "api/v1/openapi"


def session(*held: str) -> Client:
    return desk(*held).client


def tool(*held: str) -> Client:
    return factory.client(*roles.scopes_of(held))


CALLERS: Final = {"session": session, "tool": tool}


def _values() -> Iterator[Any]:
    for label, columns in settings.PERSONAL_COLUMNS.items():
        plain = [name for name in columns if name not in MARKUP]
        for row in apps.get_model(label)._default_manager.values_list(*plain):
            yield from row
    for body in Message.objects.values_list("text", flat=True):
        yield max(body.split("\n"), key=len)
    for incident in Incident.objects.all():
        paths = erasable.personal_paths(incident)
        yield from personal_facts.only(incident.report, paths).values()
    yield from (bytes(each).decode() for each in Submission.objects.values_list("body", flat=True))
    yield from PersonalData.objects.exclude(incident_id=None).values_list("value", flat=True)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from (line.strip('" ') for line in value.split("\n"))
        case list():
            for each in value:
                yield from _texts(each)
        case dict():
            for name, each in value.items():
                if name not in {"code", "pointer", "sha256", "attachment"}:
                    yield from _texts(each)


def personal() -> set[str]:
    """Every line of text that is personal in the house, and not the words of a policy or of an
    entry, which are for all who may read those."""
    public = "".join(Entry.objects.values_list("body", flat=True))
    public += "".join(PolicyVersion.objects.values_list("text", flat=True))
    found = {each for value in _values() for each in _texts(value) if len(each) >= SHORTEST}
    return {each for each in found if each not in public}


def told(answer: Any, texts: set[str]) -> set[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {each for each in texts if each.encode() in body}


@pytest.mark.parametrize("by", sorted(CALLERS))
def test_who_may_not_read_personal_data_is_shown_none(house: None, by: str) -> None:
    caller, texts, wrong = CALLERS[by]("auditor"), personal(), {}
    for door in doors():
        if door.route.startswith((LINKS, DESCRIPTION)) or (by == "tool" and door.view is None):
            continue
        if leaked := told(caller.get(door.address, follow=True), texts):
            wrong[door.route] = leaked
    assert wrong == {}


@pytest.mark.parametrize("by", sorted(CALLERS))
def test_who_may_read_it_is_shown_it(house: None, by: str) -> None:
    """The twin: the same walk with the one right more."""
    caller, texts = CALLERS[by]("auditor", "personal-data-reader"), personal()
    telling = set()
    for door in doors():
        if door.view is not None or by == "session":
            telling |= told(caller.get(door.address, follow=True), texts)
    assert len(telling) > 20


def test_a_mark_says_which_right_is_missing(house: None) -> None:
    listed = factory.get(tool("auditor"), "incidents").json()["results"]
    assert listed[0]["title"] == WITHHELD == "[withheld: personal:read]"


def test_columns_are_those_that_an_erasure_takes() -> None:
    found: dict[str, set[str]] = {}
    for part in (NOTES, NOTICES):
        assert isinstance(part, Texts)
        for each in part.columns:
            found.setdefault(each.model._meta.label, set()).update(each.texts)
    known = {label: set(columns) for label, columns in settings.PERSONAL_COLUMNS.items()}
    assert {label: columns - known.get(label, set()) for label, columns in found.items()} == {
        label: set() for label in found
    }


def test_every_serializer_withholds_what_is_personal_of_its_model() -> None:
    wrong = {}
    for each in _serializers(serializers.ModelSerializer):
        meta = getattr(each, "Meta", None)
        model, fields = getattr(meta, "model", None), getattr(meta, "fields", ())
        columns = settings.PERSONAL_COLUMNS.get(model._meta.label, ()) if model else ()
        hidden = each.personal if issubclass(each, Withholding) else ()
        if missing := set(columns) & set(fields) - set(hidden):
            wrong[each.__qualname__] = missing
    assert wrong == {}


def _serializers(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        if each.__module__.startswith(("governance", "policies", "incidents")):
            yield each
        yield from _serializers(each)
