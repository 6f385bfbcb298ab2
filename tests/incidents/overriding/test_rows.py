"""What the database itself insists on, whoever writes to it: here, its superuser by plain SQL."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from incidents.models import Incident, SeverityOverride
from tests import factory
from tests.factory import AT
from tests.incidents.overriding.word import lower, say

pytestmark = pytest.mark.django_db
_DECIDE = "state = 'in_force', decided_by = %s, decided_at = %s"


def refused(words: str, row: SeverityOverride, change: str, *values: Any) -> None:
    statement = f"UPDATE incidents_severityoverride SET {change} WHERE id = %s"  # noqa: S608
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [*values, row.id])


def test_nobody_approves_their_own(incident: Incident) -> None:
    row = say(incident, "SEV3")
    refused("takes_two", row, _DECIDE, row.requested_by, AT)


def test_nor_what_they_asked_for_by_a_key(incident: Incident) -> None:
    row, key = say(incident, "SEV3"), factory.key_of(factory.approver())
    made = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    other = factory.submit(factory.breach())
    given = {**made, "id": other.id, "incident_id": other.id, "requested_by": str(key)}
    own = SeverityOverride.objects.create(**given)
    refused("takes_two", own, _DECIDE, str(factory.approver()), AT)


def test_a_lower_one_is_in_force_by_a_person_only(incident: Incident) -> None:
    row = say(incident, "SEV3")
    refused("decided_by_person", row, "state = 'in_force'")
    refused("decided_by_person", row, _DECIDE, "system:sweep", AT)


@pytest.mark.parametrize("change", ["level = 'SEV4'", "reason = 'x'", "lowers = false"])
def test_what_was_asked_stays(incident: Incident, change: str) -> None:
    refused("kept as it was asked for", say(incident, "SEV3"), change)


def test_what_was_decided_stays(incident: Incident) -> None:
    refused("kept as it was decided", lower(incident), "note = 'x'")


def test_what_is_over_stays(incident: Incident) -> None:
    row = say(incident, "SEV1")
    say(incident, "SEV2")
    refused("is over", row, "state = 'in_force'")


def test_a_lower_one_does_not_begin_in_force(incident: Incident) -> None:
    row = say(incident, "SEV1")
    made = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    other = factory.submit(factory.breach())
    given = {**made, "id": other.id, "incident_id": other.id, "lowers": True}
    with pytest.raises(DatabaseError, match="begins as a request"), transaction.atomic():
        SeverityOverride.objects.create(**given)


def test_rows_are_never_deleted(incident: Incident) -> None:
    row = say(incident, "SEV1")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
