"""Attached files: their names, and their bytes unless another incident has the same. What goes with
a notice that is still being written stays."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.ledger.commitments import ERASED
from governance.ledger.erasures import Named
from incidents.models import Attachment, FileContent, Incident, Notice, NoticeRevision


class Files:
    name = "files"
    title = _("Attached files")

    def find(self, incident: Incident) -> Sequence[Named]:
        names = [
            {"table": Attachment._meta.db_table, "id": str(row.id), "sha256": row.content_id}
            for row in _over(incident)
        ]
        revisions = [
            {"table": NoticeRevision._meta.db_table, "id": str(key), "columns": ["enclosures"]}
            for key in _enclosing(incident).values_list("id", flat=True)
        ]
        return [*names, *revisions]

    def erase(self, incident: Incident, named: Sequence[Named]) -> None:
        """Contents are locked before anybody looks who else has them: an attachment that is being
        added elsewhere waits, and brings its bytes anew."""
        keys = [str(each["id"]) for each in named]
        digests = sorted({str(each["sha256"]) for each in named if "sha256" in each})
        locked = FileContent.objects.filter(sha256__in=digests).order_by("sha256")
        list(locked.select_for_update(no_key=True).values_list("sha256", flat=True))
        Attachment.objects.filter(id__in=keys).update(name=ERASED)
        alive = Attachment.objects.filter(content__in=digests).exclude(name=ERASED)
        alone = set(digests) - set(alive.values_list("content_id", flat=True))
        FileContent.objects.filter(sha256__in=alone).update(data=b"")
        for row in NoticeRevision.objects.filter(id__in=keys):
            listed = [{**each, "name": ERASED} for each in row.enclosures]
            NoticeRevision.objects.filter(id=row.id).update(enclosures=listed)


FILES: Final = Files()


def _over(incident: Incident) -> QuerySet[Attachment]:
    rows = incident.attachments.exclude(name=ERASED).order_by("id")
    return rows.exclude(notice__state__in=Notice.LIVE)


def _enclosing(incident: Incident) -> QuerySet[NoticeRevision]:
    rows = NoticeRevision.objects.filter(notice__incident=incident).exclude(enclosures=[])
    over = rows.exclude(notice__state__in=Notice.LIVE)
    return over.exclude(enclosures__contains=[{"name": ERASED}]).order_by("id")
