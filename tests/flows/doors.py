"""Every door of the service, read from its addresses, so that a new one is tried without being
named. `SAMPLES` says which object stands in an address.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from governance.accounts.models import ApiKey, Team, User
from governance.connectors.webhook.models import WebhookEndpoint
from governance.console.pages import PageAdmin
from governance.ledger.models import Checkpoint, Entry, SigningKey, Verification
from governance.outbox.models import Message
from incidents.evidence import sharing
from incidents.models import (
    Attachment,
    Clock,
    Dispensation,
    Duty,
    Erasure,
    Export,
    ExportShare,
    Incident,
    IncidentLink,
    IncidentRole,
    LegalHold,
    Moment,
    Notice,
    ReassessmentRun,
    SeverityOverride,
    Signal,
    Submission,
    Subscription,
    TimelineNote,
    Timer,
)
from policies.models import Impact, OnCallFeed, PolicyVersion

UNSAFE: Final = ("post", "put", "patch", "delete")
#: What stands where an address has a parameter, by what stands before it.
SAMPLES: Final[Mapping[str, Any]] = {
    "incidents": lambda: Incident.objects.earliest("id").reference,
    "moments": lambda: Moment.objects.filter(name="aware").earliest("id").id,
    "duties": lambda: Duty.objects.earliest("id").id,
    "clocks": lambda: Clock.objects.earliest("id").id,
    "timers": lambda: Timer.objects.earliest("id").id,
    "dispensations": lambda: Dispensation.objects.get().id,
    "severity-overrides": lambda: SeverityOverride.objects.earliest("id").id,
    "notices": lambda: Notice.objects.get().id,
    "attachments": lambda: Attachment.objects.get().id,
    "links": lambda: IncidentLink.objects.earliest("id").id,
    "roles": lambda: IncidentRole.objects.get().id,
    "notes": lambda: TimelineNote.objects.get().id,
    "systems": lambda: "triage",
    "reassessment-runs": lambda: ReassessmentRun.objects.earliest("id").id,
    "signals": lambda: Signal.objects.earliest("id").id,
    "submissions": lambda: Submission.objects.earliest("id").id,
    "messages": lambda: Message.objects.earliest("id").id,
    "manual": lambda: "officer",
    "tile": lambda: 0,
    "tile/0": lambda: "000.p/1",
    "tile/entries": lambda: "000.p/1",
    "ledger/checkpoints": lambda: Checkpoint.objects.latest("size").size,
    "ledger/verifications": lambda: Verification.objects.get().id,
    "ledger/checkpoint": lambda: Checkpoint.objects.latest("size").size,
    "ledger/signingkey": lambda: SigningKey.objects.get().id,
    "ledger/verification": lambda: Verification.objects.get().id,
    "ledger/entries": lambda: Entry.objects.earliest("id").id,
    "policies": lambda: PolicyVersion.objects.get(status="in_review").id,
    "teams": lambda: Team.objects.earliest("id").id,
    "accounts/team": lambda: Team.objects.earliest("id").id,
    "people": lambda: User.objects.earliest("id").id,
    "erasures": lambda: Erasure.objects.get().id,
    "legal-holds": lambda: LegalHold.objects.get().id,
    "incidents/erasure": lambda: Erasure.objects.get().id,
    "incidents/legalhold": lambda: LegalHold.objects.get().id,
    "incidents/retained": lambda: Incident.objects.earliest("id").id,
    "exports": lambda: Export.objects.get().id,
    "shares": lambda: ExportShare.objects.get().id,
    "shared": lambda: sharing.token(ExportShare.objects.get()),
    "incidents/export": lambda: Export.objects.get().id,
    "impacts": lambda: Impact.objects.get().id,
    "api-keys": lambda: ApiKey.objects.earliest("id").id,
    "webhook-endpoints": lambda: WebhookEndpoint.objects.get().name,
    "revisions": lambda: 1,
    "revision": lambda: 1,
    "texts": lambda: 1,
    "incidents/incident": lambda: Incident.objects.earliest("id").id,
    "incidents/moment": lambda: Moment.objects.filter(name="aware").earliest("id").id,
    "incidents/duty": lambda: Duty.objects.earliest("id").id,
    "incidents/clock": lambda: Clock.objects.earliest("id").id,
    "incidents/timer": lambda: Timer.objects.earliest("id").id,
    "incidents/dispensation": lambda: Dispensation.objects.get().id,
    "incidents/notice": lambda: Notice.objects.get().id,
    "incidents/reassessmentrun": lambda: ReassessmentRun.objects.earliest("id").id,
    "incidents/submission": lambda: Submission.objects.earliest("id").id,
    "incidents/subscription": lambda: Subscription.objects.get().id,
    "outbox/message": lambda: Message.objects.earliest("id").id,
    "ledger/entry": lambda: Entry.objects.earliest("id").id,
    "policies/policyversion": lambda: PolicyVersion.objects.get(status="in_review").id,
    "policies/oncallfeed": lambda: OnCallFeed.objects.get().pk,
    "webhook/webhookendpoint": lambda: WebhookEndpoint.objects.get().id,
    "accounts/user": lambda: User.objects.earliest("id").id,
    "accounts/apikey": lambda: ApiKey.objects.earliest("id").id,
}
#: Not of the console: for machines, for signing in and out, and the framework's own.
APART: Final = frozenset({"healthz", "readyz", "metrics", "login/", "logout/", "mail/"})
#: Where everybody signs in, and what everybody sees and changes of the own account.
PERSONAL: Final = ("login/", "account/")
#: Tables that reading writes to.
_READING: Final = frozenset(
    {
        "access_notedread",
        "ledger_entry",
        "ledger_unsealed",
        "django_session",
        "accounts_apikey",
        "accounts_session",
    }
)


@dataclass(frozen=True)
class Door:
    """An address with what answers there; `view` is of the API, `page` of the console."""

    route: str
    address: str
    view: Any
    page: PageAdmin[Any] | None


def doors() -> Iterator[Door]:
    for route, pattern in patterns(get_resolver().url_patterns, ""):
        if route in APART or route.startswith(("mail/", *PERSONAL)) or route == "^api/":
            continue
        callback: Any = pattern.callback
        if route.startswith(("r/", "^(?P", "(?P")) or route == "autocomplete/":
            continue  # the framework's own, which know no object of ours
        page = getattr(callback, "model_admin", None)
        yield Door(route, "/" + _filled(route), getattr(callback, "cls", None), page)


def patterns(of: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in of:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, route)
        else:
            yield route, each


def _filled(route: str) -> str:
    """The address, with an object in the place of each parameter."""
    parts: list[str] = []
    for part in route.split("/"):
        if part.startswith("<"):
            before = [each for each in parts if each not in {"api", "v1"}]
            names = ["/".join(before[-2:]), before[-1]]
            part = str(next(SAMPLES[name] for name in names if name in SAMPLES)())
        parts.append(part)
    return "/".join(parts)


def state() -> dict[str, str]:
    """Table → digest of its rows, of all that reading does not write to."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name not in _READING:
                cursor.execute(
                    f"SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {name} AS row"  # noqa: S608
                )
                found[name] = cursor.fetchone()[0]
    return found


def acts() -> int:
    """Entries of anything but reading."""
    reads = Entry.objects.filter(verb__endswith=".read").count()
    reads += Entry.objects.filter(verb__endswith=".listed").count()
    return Entry.objects.exclude(verb="api_key.first_used").count() - reads


def read_whole(answer: Any) -> Any:
    """To its end, so that the file behind it is let go."""
    if getattr(answer, "streaming", False):
        b"".join(answer.streaming_content)
    return answer
