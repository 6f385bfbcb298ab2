"""Small policies whose clocks recur, go to several recipients, lapse, or depend on facts. Each
applies to `report()`; the house's own are in force beside them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from incidents.models import Clock, Incident
from policies.documents.obligation_policy import Stage
from tests import factory
from tests.factory import AT

DIRECTORY: Final = Path(__file__).parent / "data" / "schedules"
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(weeks=1)


def text(name: str, *edits: tuple[str, str]) -> str:
    """A file of these, with (old, new) pairs replaced; each old one must be there."""
    found = (DIRECTORY / f"{name}.yaml").read_text()
    for old, new in edits:
        assert old in found, old
        found = found.replace(old, new)
    return found


def stage(policy: str, name: str, *edits: tuple[str, str]) -> Stage:
    stages: tuple[Stage, ...] = factory.document(text(policy, *edits)).spec.duties[0].stages
    return next(each for each in stages if each.id == name)


def install(name: str, *edits: tuple[str, str], at: datetime = factory.INSTALLED) -> None:
    """This one policy and those of the house in force from `at`."""
    factory.install(at, **{name: text(name, *edits)})


def report(aware: datetime | None = AT, **facts: Any) -> dict[str, Any]:
    moments = {"moments": {"aware": factory.iso(aware)}} if aware else {}
    return factory.report(impact={"reversible": False}, **moments, **facts)


def clock(incident: Incident, stage_: str, recipient: str = "", occurrence: int = 1) -> Clock:
    return Clock.objects.select_related("duty__decision", "incident").get(
        incident=incident,
        duty__regime__in=["Model law", "Double law", "Resilience law", "Privacy law"],
        stage=stage_,
        recipient_id=recipient,
        occurrence=occurrence,
    )


def states(incident: Incident, stage_: str) -> list[str]:
    """The states of every clock of the stage, as they came."""
    found = incident.clocks.filter(stage=stage_, duty__policy_name__in=["model", "both", "people"])
    return list(found.order_by("occurrence", "id").values_list("state", flat=True))
