"""What may be sent about notices and files."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.inputs import InstantField, Strict
from incidents.models import Attachment
from incidents.papers import LONGEST_BODY, LONGEST_SUBJECT


class NothingIn(Strict):
    """An empty object."""


class SeenIn(Strict):
    """`revision` is the text that the caller saw."""

    revision = serializers.IntegerField(min_value=1)


class TextIn(SeenIn):
    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    body = serializers.CharField(max_length=LONGEST_BODY, trim_whitespace=False)
    enclosures = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=None, allow_null=True, max_length=50
    )


class TickIn(Strict):
    item = serializers.CharField(max_length=2000)
    covered = serializers.BooleanField()
    where = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class CoverageIn(Strict):
    items = TickIn(many=True, allow_empty=False)


class CommentIn(Strict):
    comment = serializers.CharField(max_length=4000)


class _LeavingIn(SeenIn):
    """`missing` confirms that it leaves without these; it must name all that is missing."""

    missing = serializers.ListField(
        child=serializers.CharField(max_length=2000), required=False, default=list, max_length=500
    )


class FilingIn(_LeavingIn):
    submitted_at = InstantField()
    sent_to = serializers.CharField(max_length=500)
    channel = serializers.CharField(max_length=80)
    receipt_number = serializers.CharField(
        max_length=120, required=False, default="", allow_blank=True
    )
    note = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class SendingIn(_LeavingIn):
    to = serializers.CharField(max_length=254)


class AttachmentIn(Strict):
    """The file comes beside these: as base64 in `content`, or as the part `file` of a form."""

    purpose = serializers.ChoiceField(
        choices=Attachment.Purpose.values, required=False, default=Attachment.Purpose.OTHER
    )
    clock = serializers.UUIDField(required=False, default=None, allow_null=True)
    notice = serializers.UUIDField(required=False, default=None, allow_null=True)


class EncodedIn(AttachmentIn):
    name = serializers.CharField(max_length=1000)
    media_type = serializers.CharField(max_length=200, required=False, default="")
    content = serializers.CharField(trim_whitespace=False)


@extend_schema_field(OpenApiTypes.BINARY)
class _PartField(serializers.FileField):
    """Bytes of a form, which the framework would describe as the address of a stored file."""


class FormIn(AttachmentIn):
    """What the form of a file has, for the description; it is read part by part."""

    file = _PartField()
