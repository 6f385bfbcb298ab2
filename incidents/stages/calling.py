"""Addressing calls: from roles to people and their contacts, and from there to outbox rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects

from governance import canonical
from governance.ledger import ledger
from governance.outbox import dead_letters, outbox
from incidents import holding, timers
from incidents.addressees import EMAIL, Addressee, Directory
from incidents.calls import Call
from incidents.clocks import UNFINISHED
from incidents.letters import event, page, plain
from incidents.letters.letter import Letter
from incidents.models import Clock, Timer
from policies.release import Release

_OWED: Final = Clock.objects.filter(state__in=UNFINISHED).order_by("position", "occurrence", "id")
WEBHOOK: Final = "webhook"


def tell(calls: Iterable[Call], *, release: Release, by: ledger.Actor, at: datetime) -> list[Call]:
    """Owe every call's message to everyone its roles reach, to some of them once it is no longer
    quiet. Returns the calls that reach nobody, each with an entry that says so."""
    listed = list(calls)
    duties = [duty for call in listed for duty in call.duties]
    prefetch_related_objects(duties, Prefetch("clocks", _OWED))
    roles = (role for call in listed for role in call.roles)
    systems = (call.incident.system for call in listed)
    directory = Directory.of(roles, systems, release=release, at=at)
    drafts: list[outbox.Draft] = []
    held: list[Timer] = []
    events: list[ledger.Event] = []
    unheard = []
    for call in listed:
        now, later = holding.split(call, release=release, at=at)
        reached = _reached(now, directory)
        drafts += [_draft(now, to, at=at) for to in reached]
        if later is not None:
            held.append(later)
            events.append(holding.event(call, later))
        elif not reached:
            unheard.append(call)
            events.append(_nobody(call))
    outbox.enqueue(drafts, by=by, at=at)
    ledger.append_all(events, by=by, at=at)
    if held:
        timers.set_all(held)
    return unheard


def _reached(call: Call, directory: Directory) -> Sequence[Addressee]:
    """Of something that could not be delivered, those hear who take anything at present. Where
    nobody does, as after an outage of the mail server, all are told once they do again."""
    found = directory.reached(call)
    if call.about is None:
        return found
    by_channel = defaultdict(list)
    for to in found:
        by_channel[to.channel].append(to.address)
    dead = {name: dead_letters.unreachable(name, each) for name, each in by_channel.items()}
    return [to for to in found if to.address not in dead[to.channel]] or found


def _draft(call: Call, to: Addressee, *, at: datetime) -> outbox.Draft:
    letter = Letter(call, to.roles)
    return outbox.Draft(
        key=f"{call.key}:{to.channel}:{_short(to.address)}",
        occasion=call.key,
        channel=to.channel,
        destination=to.address,
        subject=letter.subject,
        text=plain.write(letter),
        html=page.write(letter) if to.channel == EMAIL else "",
        payload=event.write(letter, at=at) if to.channel == WEBHOOK else None,
        because=call.because,
        about=call.about,
        incident_id=call.incident.id,
        incident_reference=call.incident.reference,
    )


def _short(address: str) -> str:
    """The address, or what stands for one that is too long for a key."""
    return address if len(address) <= 80 else canonical.digest(address)


def _nobody(call: Call) -> ledger.Event:
    return ledger.Event(
        "message.skipped",
        "incident",
        call.incident.id,
        call.incident.id,
        after={"roles": call.roles, "headline": call.headline},
        because="Nobody holds these roles and they have no contacts.",
    )
