"""What is answered about notices and files."""

from typing import Any

from rest_framework import serializers

from governance.api import withheld
from governance.api.withheld import Withholding
from incidents import contents, notices
from incidents.models import Attachment, Notice, NoticeRevision


class AttachmentOut(Withholding, serializers.ModelSerializer[Attachment]):
    personal = ("name",)
    incident = serializers.CharField(source="incident.reference")
    sha256 = serializers.CharField(source="content_id")
    size = serializers.IntegerField(source="content.size")

    class Meta:
        model = Attachment
        fields = (
            "id",
            "incident",
            "clock",
            "notice",
            "purpose",
            "name",
            "media_type",
            "size",
            "sha256",
            "added_by",
            "added_at",
        )


class NoticeOut(Withholding, serializers.ModelSerializer[Notice]):
    """A line of a list. `completeness` is given in the context, by id."""

    personal = ("sent_to", "comment", "error")
    incident = serializers.CharField(source="incident.reference")
    title = serializers.CharField(source="clock.title")
    regime = serializers.CharField(source="clock.duty.regime")
    owner = serializers.CharField(source="clock.duty.owner")
    conservative_due = serializers.DateTimeField(source="clock.conservative_due", allow_null=True)
    legal_due = serializers.DateTimeField(source="clock.legal_due", allow_null=True)
    completeness = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = (
            "id",
            "incident",
            "clock",
            "title",
            "regime",
            "owner",
            "conservative_due",
            "legal_due",
            "state",
            "template",
            "template_digest",
            "approval_role",
            "language",
            "revision",
            "completeness",
            "editors",
            "drafted_by",
            "drafted_at",
            "comment",
            "approved_by",
            "approved_at",
            "approved_digest",
            "sent_to",
            "channel",
            "left_at",
            "error",
        )

    def get_completeness(self, notice: Notice) -> Any:
        found: contents.Completeness = self.context["completeness"][notice.id]
        return {
            "covered": found.covered,
            "required": found.required,
            "missing": list(found.missing),
        }


class RevisionOut(serializers.ModelSerializer[NoticeRevision]):
    class Meta:
        model = NoticeRevision
        fields = ("number", "origin", "digest", "by", "at")


def whole(notice: Notice) -> dict[str, Any]:
    """A notice with its present text, every required item, its texts and its files."""
    found = contents.of(notice)
    text = notices.current(notice)
    files = notice.attachments.select_related("incident", "content").defer("content__data")
    shown = {
        **NoticeOut(notice, context={"completeness": {notice.id: found}}).data,
        "subject": text.subject,
        "body": text.body,
        "enclosures": text.enclosures,
        "digest": text.digest,
        "items": [_item(each) for each in found.items],
        "unknown_facts": list(found.unknown),
        "changed_facts": [
            {"path": each.path, "then": each.then, "now": each.now} for each in found.changes
        ],
        "revisions": RevisionOut(notice.revisions.all(), many=True).data,
        "attachments": AttachmentOut(files, many=True).data,
    }
    return shown if withheld.shows(notice) else _withheld(shown)


def _withheld(shown: dict[str, Any]) -> dict[str, Any]:
    """Without the words of the notice, and without what it says of the facts."""
    said = withheld.hide(shown, ("subject", "body"))
    names = [withheld.hide(each, ("name",)) for each in shown["enclosures"]]
    items = [withheld.hide(each, ("value", "where")) for each in shown["items"]]
    changed = [withheld.hide(each, ("then", "now")) for each in shown["changed_facts"]]
    return {**said, "enclosures": names, "items": items, "changed_facts": changed}


def _item(item: contents.Item) -> dict[str, Any]:
    return {
        "item": item.name,
        "title": item.title,
        "kind": "fact" if item.is_fact else "words",
        "state": item.state,
        "covered": item.covered,
        "value": item.value,
        "where": item.where,
    }
