"""Files over REST: added as a form or as JSON with base64, read as they were added."""

import base64
import binascii
from typing import Any, ClassVar, Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock as time
from governance.access import reads
from governance.accounts.roles import INCIDENTS_READ, INCIDENTS_RESPOND
from governance.api import authentication, parsing, withheld
from governance.api.permissions import access
from governance.api.views import APIView
from governance.errors import Invalid, NotFound
from incidents import correspondence, selectors
from incidents.api import notice_inputs as inputs
from incidents.api.notice_response import AttachmentOut
from incidents.errors import TooLarge
from incidents.models import Clock, Incident
from incidents.stages.attaching import Upload

#: What a body has besides the file: field names, boundaries, a name.
_AROUND: Final = 65_536


class EncodedParser(BaseParser):
    """JSON as strict as everywhere, of a size that holds a file in base64."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, context: Any = None) -> Any:
        return parsing.loads(stream.read(_longest() + 1), limit=_longest())


class Attachments(APIView):
    """Add a file to an incident: 201, or 200 when the very same is there already."""

    needs: ClassVar = {"GET": INCIDENTS_READ, "POST": INCIDENTS_RESPOND}
    by_system: ClassVar = True
    parser_classes = (EncodedParser, MultiPartParser)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _refuse_long(request)

    def get(self, request: Request, reference: str) -> Response:
        incident = selectors.incident(reference, access(self))
        reads.shown(incident, by=authentication.actor(request), at=time.now())
        rows = selectors.attachments(incident)
        return Response(AttachmentOut(rows, many=True).data)

    def post(self, request: Request, reference: str) -> Response:
        _refuse_long(request)
        incident = selectors.incident(reference, access(self))
        upload, given = _read(request)
        added, new = correspondence.attach(
            incident,
            upload,
            clock=_clock(incident, given["clock"]),
            notice=_notice(incident, given["notice"]),
            by=authentication.actor(request),
            at=time.now(),
        )
        answer = Response(AttachmentOut(added).data, status=201 if new else 200)
        answer["Location"] = reverse("attachment", args=[added.id])
        return answer


class AttachmentDetail(APIView):
    """The bytes, for keeping and never for showing: a file of strangers runs nowhere."""

    needs: ClassVar = {"GET": INCIDENTS_READ}
    by_system: ClassVar = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, id: UUID) -> HttpResponse:
        found, by = selectors.attachment(id, access(self)), authentication.actor(request)
        withheld.need(found)
        data = correspondence.open_file(found, by=by, at=time.now())
        answer = HttpResponse(data, content_type=found.media_type)
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer["Cache-Control"] = "private, no-store"
        answer["ETag"] = f'"{found.content_id}"'
        return answer


def _read(request: Request) -> tuple[Upload, dict[str, Any]]:
    if request.FILES:
        return _form(request)
    given = inputs.EncodedIn(data=request.data)
    given.is_valid(raise_exception=True)
    fields = given.validated_data
    try:
        data = base64.b64decode(fields["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("`content` is not base64 (RFC 4648, 4).") from error
    return Upload(fields["name"], fields["media_type"], data, fields["purpose"]), fields


def _form(request: Request) -> tuple[Upload, dict[str, Any]]:
    file: Any = request.FILES.get("file")
    if file is None or len(request.FILES) > 1:
        raise Invalid("Send one file, as the part `file` of the form.")
    fields: Any = request.data
    given = inputs.AttachmentIn(
        data={name: value for name, value in fields.items() if name != "file"}
    )
    given.is_valid(raise_exception=True)
    data = file.read(settings.ATTACHMENT_LIMIT + 1)
    purpose = given.validated_data["purpose"]
    return Upload(file.name, file.content_type or "", data, purpose), given.validated_data


def _refuse_long(request: Request) -> None:
    """Before the body is read, which may else fill the disk."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _longest():
        raise TooLarge(f"A file has at most {settings.ATTACHMENT_LIMIT:,} bytes.")


def _longest() -> int:
    return int(settings.ATTACHMENT_LIMIT * 4 / 3) + _AROUND


def _clock(incident: Incident, id_: UUID | None) -> Clock | None:
    if id_ is None:
        return None
    found = incident.clocks.filter(id=id_).first()
    if found is None:
        raise NotFound(f"{incident.reference} has no clock {id_}.")
    return found


def _notice(incident: Incident, id_: UUID | None) -> Any:
    if id_ is None:
        return None
    found = incident.notices.filter(id=id_).first()
    if found is None:
        raise NotFound(f"{incident.reference} has no notice {id_}.")
    return found
