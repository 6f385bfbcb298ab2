"""Messages that were there before they had lanes and numbers."""

from django.core.management import call_command
from django.db import connection

from governance.outbox.models import Message
from tests.committed import at_once
from tests.governance.outbox.letters import AT, INCIDENT

OLD = """
INSERT INTO outbox_message (id, key, channel, destination, subject, text, because, incident_id,
    incident_reference, state, created_at, due_at, attempts, last_error)
VALUES (%s, %s, 'email', 'a@example.org', 's', 't', 'b', %s, 'INC', 'pending', %s, %s, 0, '')
"""


def test_old_messages_get_the_order_of_their_ids_and_the_way_back_works(database: str) -> None:
    def migrate() -> list[tuple[str, str]]:
        call_command("migrate", "outbox", "0002", verbosity=0)
        with connection.cursor() as cursor:
            for last in ("2", "1"):  # written in another order than their ids
                id_ = f"01890000-0000-7000-8000-00000000000{last}"
                incident = INCIDENT if last == "1" else None
                cursor.execute(OLD, [id_, last, incident, AT, AT])
        call_command("migrate", "outbox", verbosity=0)
        Message.objects.create(key="new", created_at=AT, due_at=AT)
        return list(Message.objects.order_by("number").values_list("key", "lane"))

    (found,) = at_once(database, migrate)
    assert found == [("1", f"{INCIDENT}:email:a@example.org"), ("2", ""), ("new", "")]
