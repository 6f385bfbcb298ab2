"""Rows read in answers as the framework's own serializers would have them."""

from typing import Any

import pytest
from rest_framework.serializers import Serializer

from governance.api.ledger import EntryOut
from governance.api.messages import MessageOut
from governance.api.rows import RowSerializer
from incidents import sweep
from incidents.api import response
from incidents.api.schedule import TimerOut
from tests import factory
from tests.factory import AT, HOUR

pytestmark = pytest.mark.django_db
KINDS = (
    response.ClockOut,
    response.BoardClockOut,
    response.DutyOut,
    response.DutyWithIncidentOut,
    response.MomentOut,
    response.ChoiceOut,
    response.TimelineOut,
    response.IncidentOut,
    response.SubmissionOut,
    response.SubmissionWithBodyOut,
    EntryOut,
    MessageOut,
    TimerOut,
)


@pytest.fixture(autouse=True)
def _incident() -> None:
    """Rows of every kind, some with what most leave empty."""
    factory.install()
    incident = factory.submit(factory.breach(system="chat-bot"))
    factory.fulfil(factory.deadline(incident, "notify", "initial"), AT + HOUR)
    factory.amend(incident, moments={"aware": "2026-11-23T10:15:00.5+02:00"})
    sweep.run(at=AT + 8 * HOUR)
    factory.post(factory.client(), "incidents", {"incident": {}})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_row_reads_as_the_framework_has_it(kind: type[RowSerializer[Any]]) -> None:
    rows = list(kind.Meta.model.objects.all())
    assert rows
    for row in rows:
        framework = Serializer.to_representation(kind(row, context={"at": AT}), row)
        assert kind(row, context={"at": AT}).data == framework


def test_the_order_of_names_is_that_of_the_fields() -> None:
    row = response.IncidentOut.Meta.model.objects.get()
    assert tuple(response.IncidentOut(row).data) == response.IncidentOut.Meta.fields


def test_what_is_taken_out_of_the_fields_is_left_out() -> None:
    some = response.IncidentOut(response.IncidentOut.Meta.model.objects.get())
    for name in response.IncidentOut.Meta.fields[1:]:
        some.fields.pop(name)
    assert list(some.data) == ["id"]
