"""Wording and addressing: from roles to people, from people to outbox rows."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from governance import clock
from governance.accounts import people
from governance.ledger import ledger
from governance.outbox.models import Message
from incidents.calls import Call
from incidents.models import Incident
from incidents.stages import calling
from policies.documents.escalation_matrix import Role
from tests import factory
from tests.factory import AT, PERSON

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    factory.install()
    found = factory.submit(factory.breach())
    Message.objects.all().delete()
    return found


def person(username: str, *roles: str) -> None:
    people.create(
        username=username,
        password="correct horse battery",
        email=f"{username}@example.org",
        roles=roles,
        administrator=False,
        by=ledger.system("test"),
        at=clock.now(),
    )


def tell(incident: Incident, *roles: str, key: str = "k", **more: Any) -> list[Call]:
    call = Call(key, incident, roles, headline="Look", because="You must know.", **more)
    return calling.tell([call], release=factory.release(), by=PERSON, at=AT)


def told() -> list[str]:
    return factory.names(Message.objects.values_list("destination", flat=True))


def test_the_people_and_the_contacts_of_a_role_are_told(incident: Incident) -> None:
    person("anna", "legal-counsel")
    person("ben", "executive")
    tell(incident, "legal-counsel")
    assert told() == ["anna@example.org", "legal@example.org"]


def test_one_person_with_two_roles_gets_one_message_that_names_both(incident: Incident) -> None:
    person("anna", "legal-counsel", "executive")
    tell(incident, "legal-counsel", "executive")
    message = Message.objects.get(destination="anna@example.org")
    assert "Told as: Legal counsel, Executive" in message.text


def test_the_same_occasion_is_told_once(incident: Incident) -> None:
    tell(incident, "executive", key="k")
    tell(incident, "executive", key="k")
    assert Message.objects.count() == 1


def test_another_occasion_is_told_again(incident: Incident) -> None:
    tell(incident, "executive", key="k1")
    tell(incident, "executive", key="k2")
    assert Message.objects.count() == 2


def test_a_call_that_reaches_nobody_is_given_back_and_recorded(incident: Incident) -> None:
    assert [call.roles for call in tell(incident, "vacant")] == [("vacant",)]
    assert factory.verbs(incident)[-1] == "message.skipped"


def test_a_call_that_reaches_somebody_is_not_given_back(incident: Incident) -> None:
    assert tell(incident, "vacant", "executive") == []


def test_a_message_says_what_why_and_where(incident: Incident) -> None:
    tell(incident, "executive")
    message = Message.objects.get()
    assert message.subject == f"[SEV2] {incident.reference} Look"
    assert message.because == "You must know."
    for words in (
        f"Incident:  {incident.reference} It went wrong",
        "System:    Triage of patients",
        "Severity:  SEV2",
        "Reported:  2026-11-23 08:00 UTC",
        "Why you get this: You must know.",
        f"Open it: http://localhost:8000/incidents/incident/{incident.id}/change/",
    ):
        assert words in message.text


def test_a_duty_is_told_with_its_deadlines(incident: Incident) -> None:
    tell(incident, "executive", duties=[factory.duty(incident, "notify")])
    text = Message.objects.get().text
    assert "Duty: Notify the authority\n  Breach law; Art. 1" in text
    assert "Legal end: 2026-11-23 16:00 UTC" in text
    assert "Not started: waits for “initial” being sent" in text


def test_a_question_is_told_with_what_is_missing(incident: Incident) -> None:
    tell(incident, "executive", duties=[factory.duty(incident, "serious")])
    assert "Applies? Find out by 2026-11-24 08:00 UTC: harms" in Message.objects.get().text


def test_a_shadow_is_told_as_one(incident: Incident) -> None:
    tell(incident, "executive", duties=[factory.duty(incident, "announce")])
    assert "In shadow: The rule applies from 2990-01-01." in Message.objects.get().text


def test_a_prompt_stage_has_no_invented_date(incident: Incident) -> None:
    tell(incident, "executive", clock=factory.deadline(incident, "serious", "investigate"))
    text = Message.objects.get().text
    assert "the law names no number of hours or days" in text
    assert "Legal end" not in text


def test_a_due_time_is_told_in_the_zone_that_counted_it_and_in_utc() -> None:
    limit = "days: 2, counting: eu-1182, calendar: office"
    text = factory.text("breach", ("hours: 8, counting: elapsed", limit))
    factory.install(breach=text)
    incident = factory.submit(factory.breach())
    tell(incident, "executive", clock=factory.deadline(incident, "notify", "initial"))
    words = "Legal end: Thursday 2026-11-26 00:00 Europe/Brussels (2026-11-25 23:00 UTC)"
    assert words in Message.objects.get(key__startswith="k:").text


def test_a_drill_says_so_twice() -> None:
    factory.install()
    incident = factory.submit(factory.breach(drill=True))
    tell(incident, "executive")
    message = Message.objects.get(key__startswith="k:")
    assert message.subject.startswith("DRILL [SEV2]")
    assert message.text.endswith("This is a drill.\n")


def test_a_long_address_still_fits_its_key() -> None:
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 50}.org"
    escalation = factory.text("escalation", ("executive@example.org", address))
    factory.install(escalation=escalation)
    incident = factory.submit(factory.report())
    call = Call(f"timer:{incident.id}", incident, ("executive",), headline="x", because="y")
    calling.tell([call], release=factory.release(escalation=escalation), by=PERSON, at=AT)
    assert Message.objects.filter(destination=address).count() == 1


# --- channels ------------------------------------------------------------------------------------


def matrix(*contacts: tuple[str, str]) -> Any:
    """A release in which counsel is reached at these places."""
    roles = {"legal-counsel": Role("legal-counsel", "Legal counsel", contacts)}
    return SimpleNamespace(escalation=replace(factory.release().escalation, roles=roles))


def tell_counsel(incident: Incident, *contacts: tuple[str, str], **more: Any) -> list[Call]:
    call = Call("k", incident, ("legal-counsel",), headline="Look", because="Why.", **more)
    return calling.tell([call], release=matrix(*contacts), by=PERSON, at=AT)


def places() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("number").values_list("channel", "destination"))


def test_every_contact_is_told_by_its_own_channel(incident: Incident) -> None:
    person("anna", "legal-counsel")
    tell_counsel(incident, ("webhook", "pager"), ("email", "legal@example.org"))
    assert places() == [
        ("email", "anna@example.org"),
        ("webhook", "pager"),
        ("email", "legal@example.org"),
    ]


def test_a_call_that_names_its_channel_takes_no_other(incident: Incident) -> None:
    contacts = ("webhook", "pager"), ("email", "legal@example.org")
    tell_counsel(incident, *contacts, channel="email")
    assert places() == [("email", "legal@example.org")]


def test_people_get_words_and_programs_an_event(incident: Incident) -> None:
    tell_counsel(incident, ("webhook", "pager"), ("email", "legal@example.org"))
    hook, mail = Message.objects.order_by("number")
    assert (bool(hook.html), json.loads(hook.payload)["data"]["headline"]) == (False, "Look")
    assert (mail.html.startswith("<!DOCTYPE html>"), mail.payload) == (True, "")


def test_one_name_on_two_channels_is_two_messages(incident: Incident) -> None:
    tell_counsel(incident, ("webhook", "same"), ("email", "same"))
    assert len(places()) == 2


def test_a_call_about_a_dead_letter_leaves_out_who_takes_none(incident: Incident) -> None:
    tell_counsel(incident, ("email", "legal@example.org"))
    Message.objects.update(state="dead")
    Message.objects.update(key="the dead one", occasion="before")
    found = tell_counsel(
        incident,
        ("email", "legal@example.org"),
        ("webhook", "legal@example.org"),
        about=incident.id,
    )
    assert (found, places()[1:]) == ([], [("webhook", "legal@example.org")])


def test_any_other_call_is_tried_all_the_same(incident: Incident) -> None:
    tell_counsel(incident, ("email", "legal@example.org"))
    Message.objects.update(state="dead", key="the dead one")
    tell_counsel(incident, ("email", "legal@example.org"))
    assert len(places()) == 2
