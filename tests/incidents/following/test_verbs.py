"""What may be subscribed to is what is written: every verb in the source is told, or said here not
to be."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings as configured

from governance.ledger.models import Entry
from incidents import changes
from incidents.following import verbs
from incidents.models import Timer
from incidents.stages import lifecycle
from tests.flows.conftest import furnish
from tests.governance.ledger import logs

_VERB: Final = re.compile(r"(?P<family>[a-z_]+)\.[a-z_]+")
#: Entries of what is no change of an incident or a policy: of accounts, of the service itself, of
#: those who read and took copies, of legal holds and erasures, which are between few.
UNTOLD: Final = frozenset(
    {
        "api_key",
        "change",
        "decision",
        "evidence",
        "feed",
        "front_page",
        "ledger",
        "message",
        "person",
        "policy_impact",
        "reassessment",
        "saved_view",
        "second_factor",
        "session",
        "settings",
        "software",
        "team",
        "attachment.read",
        "policy.exported",
        "policy.impact_cancelled",
        "policy.impact_requested",
    }
)
#: Begun in the source, and ended by what has these values: an f-string.
BUILT: Final = {
    "incident.": set(lifecycle._VERBS.values()),
    "timer.": set(Timer.Kind.values) - {Timer.Kind.ESCALATION},
    "dispensation.": {"approved", "ended", "lapsed", "refused", "requested", "withdrawn"},
    "severity_override.": {"approved", "began", "ended", "refused", "requested", "withdrawn"},
    "erasure.": set[str](),
    "legal_hold.": set[str](),
    "message.": set[str](),
    "subscription.": set[str](),
    "verification.": set[str](),
    "webhook_endpoint.": set[str](),
}
#: In such modules, and no verbs: files, fields of answers and events of other logs.
OTHERWISE: Final = re.compile(
    r".*\.(json|html|txt|py|yaml|pdf|zip)|bylaw\.session|webhook\.test|incident\.(title|decided)"
    r"|evidence\.exports"
)


@cache
def written() -> set[str]:
    """Every text in the shape of a verb in a module that writes to the ledger."""
    return {each for tree in _writing() for each in _verbs(tree)}


@cache
def _writing() -> Sequence[ast.Module]:
    found = []
    for package in ("governance", "policies", "incidents"):
        for file in sorted((Path(configured.BASE_DIR) / package).rglob("*.py")):
            if "ledger" in (text := file.read_text()) and "incidents/api" not in str(file):
                tree = ast.parse(text)
                found += [tree] if any(map(_of_the_ledger, ast.walk(tree))) else []
    return found


def _of_the_ledger(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and "ledger" in f"{node.module}.{_names(node)}"


def _names(node: ast.ImportFrom) -> str:
    return ".".join(each.name for each in node.names)


def _verbs(tree: ast.Module) -> Iterator[str]:
    logged = {id(part) for node in ast.walk(tree) if _logs(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in logged or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and _VERB.fullmatch(node.value):
            yield node.value


def _logs(node: ast.AST) -> bool:
    """A call of a log, or of a task by its name."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return isinstance(node, ast.Call) and ast.unparse(node.func) == "shared_task"
    return ast.unparse(node.func.value) in {"log", "logs", "logger"}


def built() -> set[str]:
    """How the verbs begin that are put together."""
    found = set()
    for tree in _writing():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Event"):
                for each in [*call.args[:1], *(word.value for word in call.keywords)]:
                    if isinstance(each, ast.JoinedStr) and isinstance(each.values[0], ast.Constant):
                        found.add(each.values[0].value)
    return found


def test_every_verb_that_is_written_can_be_chosen_or_is_said_not_to_be() -> None:
    new = {each for each in written() if not OTHERWISE.fullmatch(each)} - verbs.KNOWN
    assert {each for each in new if {each, each.split(".")[0]} & UNTOLD == set()} == set()


def test_every_verb_that_is_put_together_is_one_of_those() -> None:
    assert {each for each in built() if each.endswith(".")} == set(BUILT)
    ends = {f"{family}{each}" for family, known in BUILT.items() for each in known}
    assert ends - verbs.KNOWN == set()


def test_nothing_can_be_chosen_that_is_never_written() -> None:
    ends = {f"{family}{each}" for family, known in BUILT.items() for each in known}
    assert verbs.KNOWN - written() - ends == set()


@pytest.mark.django_db
def test_what_is_told_of_a_whole_house_is_what_can_be_chosen(tmp_path: Path, settings: Any) -> None:
    """Of each verb that can be chosen, the kind of its object is one that is told of."""
    furnish(tmp_path, settings)
    logs.seal()
    wanted, size = changes.Wanted(), changes.size()
    told = {each.verb for each in changes.page(0, wanted=wanted, limit=size).changes}
    assert told == verbs.KNOWN & set(Entry.objects.values_list("verb", flat=True))
    assert {"note.written", "incident.linked", "incident.role_assigned"} <= told
