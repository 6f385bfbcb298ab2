"""An incident in whose every free text the same name stands, and what a reader of the whole
database finds of it."""

from datetime import timedelta
from typing import Final

from django.apps import apps
from django.db import connection

from governance.accounts.models import User
from governance.ledger.ledger import Actor
from governance.outbox.models import Message
from incidents import annotations, correspondence, dispensations, erasable, erasure, flow, moments
from incidents.models import Erasure, Incident
from incidents.requests import Asked
from incidents.stages.attaching import Upload
from incidents.stages.filing import Filing
from incidents.stages.fulfilling import Fulfilment
from tests import factory
from tests.factory import AT, HOUR, PERSON
from tests.incidents import noticing

NAME: Final = "Zebedee"
WORDS: Final = f"{NAME} said so."
GROUND: Final = "GDPR Art. 17(1)(a)"
ALL: Final = tuple(erasable.PARTS)
LATER: Final = AT + timedelta(days=40)


def officer() -> Actor:
    return factory.person("officer", "compliance-officer")


def second() -> Actor:
    return factory.person("second", "compliance-officer")


def counsel() -> Actor:
    return factory.person("counsel", "legal-counsel")


def install() -> None:
    noticing.install()
    for name, role in (("boss", "incident-commander"), ("dpo", "compliance-officer")):
        factory.person(name, role)
    User.objects.filter(username="boss").update(email="boss@example.org")


def incident() -> Incident:
    """Reported, amended, dispensed from, written about, filed and attached to, with the name
    everywhere."""
    report = factory.breach(incident={"title": f"{NAME} fell", "narrative": f"Of {NAME}."})
    found = factory.submit(report)
    flow.amend(found, {"harms": ["injury"]}, reason=WORDS, by=PERSON, at=AT + HOUR)
    moments.record(found, "aware", AT - HOUR, basis=WORDS, source=WORDS, by=PERSON, at=AT + HOUR)
    annotations.write(found, WORDS, about=AT, by=PERSON, at=AT + HOUR)
    _dispense(found)
    _attach(found, f"{NAME}.txt", WORDS.encode())
    _file(found)
    final = factory.deadline(found, "notify", "final")
    given = Fulfilment(AT + 2 * HOUR, "R-2", "post", WORDS, NAME, unapproved=False)
    flow.fulfil(final, given, by=PERSON, at=AT + 2 * HOUR)
    Message.objects.filter(state="pending").update(state="sent", sent_at=AT)
    found.refresh_from_db()
    return found


def _dispense(found: Incident) -> None:
    clock = factory.deadline(found, "notify", "initial")
    asked = Asked(kind="delay", ground="Art. 1", reason=WORDS, evidence=WORDS, until=AT + 9 * HOUR)
    row = dispensations.request_for_clock(clock, asked, by=PERSON, at=AT + HOUR)
    dispensations.refuse(row, note=WORDS, by=factory.approver(), at=AT + HOUR)


def _attach(found: Incident, name: str, data: bytes) -> None:
    upload = Upload(name, "text/plain", data)
    correspondence.attach(found, upload, by=PERSON, at=AT + HOUR)


def _file(found: Incident) -> None:
    notice = noticing.draft(factory.deadline(found, "notify", "initial"))
    notice = noticing.edit(notice, f"About {NAME}.", subject=f"{NAME} again")
    noticing.enclose(notice, f"%PDF {NAME}".encode(), f"{NAME}.pdf")
    notice.refresh_from_db()
    notice = noticing.cover(notice, noticing.CONSEQUENCES, where=WORDS)
    notice = noticing.approved(notice)
    filing = Filing(AT + timedelta(minutes=10), NAME, "web form", "R-17", WORDS)
    noticing.file(notice, filing=filing)


def erased(found: Incident, *what: str) -> Erasure:
    row = ask(found, *what)
    return erasure.approve(row, note="Checked.", by=second(), at=LATER)


def ask(found: Incident, *what: str) -> Erasure:
    return erasure.request(
        found, what or ALL, ground=GROUND, reason="Asked for.", by=officer(), at=LATER
    )


def places() -> list[str]:
    """Each `table.row` anywhere in the database in which the name still stands."""
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT whole::text FROM {table} AS whole "  # noqa: S608
                "WHERE strpos(whole::text, %s) > 0 OR strpos(whole::text, %s) > 0",
                [NAME, NAME.encode().hex()],
            )
            found += [f"{table}: {row[:400]}" for (row,) in cursor.fetchall()]
    return found
