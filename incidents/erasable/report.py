"""The free text of the report: the facts that its schema marks as personal, and the title."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.ledger.commitments import ERASED
from governance.ledger.erasures import Named
from incidents import selectors
from incidents.models import Incident
from policies import personal_facts
from policies.release import Release


class Report:
    name = "report"
    title = _("Title, narrative and other free text of the report")

    def find(self, incident: Incident) -> Sequence[Named]:
        paths = personal_paths(incident)
        if personal_facts.erased(incident.report, paths, ERASED) == incident.report:
            return []
        table = Incident._meta.db_table
        return [{"table": table, "id": str(incident.id), "facts": list(paths)}]

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        incident.report = personal_facts.erased(incident.report, personal_paths(incident), ERASED)
        incident.title = ERASED
        incident.save(update_fields=["report", "title"])


REPORT: Final = Report()


def personal_paths(incident: Incident, release: Release | None = None) -> tuple[str, ...]:
    """What the policies that the incident is pinned to mark; the title in any case."""
    marked = (release or selectors.release_of(incident)).vocabulary.personal
    return marked if "incident.title" in marked else ("incident.title", *marked)
