"""Notices that have left or will not: every text of them, and what was said about them. The digests
of what was approved and sent stay; one that is still being written stays whole."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.erasable.part import Columns, Texts
from incidents.models import Incident, Notice, NoticeRevision


def _over(incident: Incident) -> QuerySet[Notice]:
    return incident.notices.exclude(state__in=Notice.LIVE)


def _texts(incident: Incident) -> QuerySet[Any]:
    return NoticeRevision.objects.filter(notice__in=_over(incident))


NOTICES: Final = Texts(
    "notices",
    _("Notices that have left or were withdrawn"),
    (
        Columns(NoticeRevision, _texts, ("subject", "body")),
        Columns(Notice, _over, ("sent_to", "comment", "error"), {"coverage": {}}),
    ),
)
