"""An incident as one reading of the database has it: what every part of a package is made from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from governance.accounts.models import User
from governance.accounts.roles import ROLES
from governance.console import actors
from governance.ledger import readings
from governance.ledger.models import Checkpoint, Entry
from governance.outbox.models import Message
from incidents import histories, selectors
from incidents.evidence import proofs
from incidents.histories import Change
from incidents.models import (
    Attachment,
    Clock,
    Decision,
    Dispensation,
    Duty,
    Incident,
    IncidentLink,
    IncidentRole,
    Moment,
    MomentChoice,
    MomentWithdrawal,
    Notice,
    Reassessment,
    SeverityOverride,
    Signal,
    Submission,
    TimelineNote,
    Timer,
)

_READINGS: Final = (".read", ".listed")


@dataclass(frozen=True)
class Picture:
    """`entries` are all of the incident's, in the order of the log of `checkpoint`; `histories` has
    every change of each clock, the latest first."""

    incident: Incident
    checkpoint: Checkpoint
    entries: Sequence[Entry]
    submissions: Sequence[Submission]
    moments: Sequence[Moment]
    choices: Sequence[MomentChoice]
    withdrawals: Sequence[MomentWithdrawal]
    decisions: Sequence[Decision]
    duties: Sequence[Duty]
    clocks: Sequence[Clock]
    dispensations: Sequence[Dispensation]
    severity_overrides: Sequence[SeverityOverride]
    reassessments: Sequence[Reassessment]
    timers: Sequence[Timer]
    notices: Sequence[Notice]
    messages: Sequence[Message]
    attachments: Sequence[Attachment]
    links: Sequence[IncidentLink]
    signals: Sequence[Signal]
    team: Sequence[IncidentRole]
    notes: Sequence[TimelineNote]
    histories: Mapping[UUID, Sequence[Change]]

    @cached_property
    def records(self) -> Sequence[Mapping[str, Any]]:
        """What the entries say, in their order, with the reasons that are held apart of them."""
        return [{**each.record, "reason": each.reason} for each in readings.read(self.entries)]

    @property
    def acts(self) -> Sequence[Mapping[str, Any]]:
        """The same without who looked at what."""
        return [each for each in self.records if not each["verb"].endswith(_READINGS)]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Whoever acted → the name they go by here."""
        return dict(sorted(actors.names(each.actor for each in self.entries).items()))

    @cached_property
    def roles(self) -> Mapping[str, Sequence[str]]:
        """The persons among them → the roles that they hold now, by title."""
        keys = [actor.partition(":")[2] for actor in self.names if actor.startswith("user:")]
        found = User.objects.filter(id__in=[key for key in keys if _is_key(key)])
        return {
            f"user:{id_}": [ROLES.get(each, each) for each in held]
            for id_, held in found.values_list("id", "roles")
        }

    @property
    def latest(self) -> Decision:
        return self.decisions[-1]

    @property
    def began(self) -> datetime:
        """When its first entry was written."""
        return self.entries[0].at

    def of_duty(self, duty: Duty) -> Sequence[Clock]:
        mine = (clock for clock in self.clocks if clock.duty_id == duty.id)
        return selectors.in_order(mine)


def take(id_: UUID, checkpoint: Checkpoint | None = None) -> Picture:
    """Of an incident now, by one reading, proven against a checkpoint where that has all of its
    entries, else against the latest. Raises NotSealed where not even that has them, which it does a
    second later."""
    with snapshot():
        newest = proofs.latest()
        entries = proofs.of_incident(id_, newest)
        if checkpoint is None or entries[-1].leaf.index >= checkpoint.size:
            checkpoint = newest
        fresh = Incident.objects.get(id=id_)
        clocks = list(fresh.clocks.order_by("id"))
        return Picture(
            fresh,
            checkpoint,
            entries,
            submissions=list(fresh.submissions.order_by("id")),
            moments=list(fresh.moments.order_by("id")),
            choices=list(fresh.moment_choices.order_by("name", "number")),
            withdrawals=list(fresh.moment_withdrawals.select_related("moment").order_by("id")),
            decisions=list(fresh.decisions.order_by("id")),
            duties=list(fresh.duties.order_by("id")),
            clocks=clocks,
            dispensations=list(fresh.dispensations.order_by("id")),
            severity_overrides=list(fresh.severity_overrides.order_by("id")),
            reassessments=list(fresh.reassessments.order_by("id")),
            timers=list(fresh.timers.order_by("due_at", "id")),
            notices=list(fresh.notices.prefetch_related("revisions").order_by("id")),
            messages=list(Message.objects.filter(incident_id=fresh.id).order_by("id")),
            attachments=list(selectors.attachments(fresh)),
            links=list(IncidentLink.objects.filter(_either(fresh)).order_by("id")),
            signals=list(fresh.signals.order_by("id")),
            team=list(fresh.team.order_by("id")),
            notes=list(fresh.timeline_notes.order_by("id")),
            histories={clock.id: histories.of(clock) for clock in clocks},
        )


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query in it sees the database as it was at the first one; inside another transaction,
    as that one does."""
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _either(incident: Incident) -> Q:
    return Q(incident=incident) | Q(other=incident)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
