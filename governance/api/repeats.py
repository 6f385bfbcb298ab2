"""`Idempotency-Key`: a request that is sent again is done once and answered as it was."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance import clock
from governance.api import authentication
from governance.errors import Invalid
from governance.idempotency import answers
from governance.idempotency.models import Answer

LONGEST: Final = 200
REPLAYED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(rf"[\x21-\x7e]([\x20-\x7e]{{0,{LONGEST - 2}}}[\x21-\x7e])?")
_KEPT: Final = ("Location", "ETag")


class KeyInvalid(Invalid):
    code = "idempotency-key-invalid"


def key_of(request: Request) -> str | None:
    """Raises KeyInvalid."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise KeyInvalid(
            f"An Idempotency-Key has 1 to {LONGEST} characters of printable ASCII, and no space at "
            "its ends."
        )
    return key


def once(
    request: Request, act: Callable[[], HttpResponseBase], *, shown_once: Collection[str] = ()
) -> HttpResponseBase:
    """What `act` answers, in one transaction with the answer that is kept; or what was answered
    before. What it raises undoes both, so that the key is as good as new.

    Fields named in `shown_once` are secrets: kept, and given again, as null. Raises KeyReused,
    InProgress, NotKept.
    """
    key = key_of(request)
    if key is None:
        return act()
    actor = str(authentication.actor(request))
    with transaction.atomic():
        earlier = answers.take(actor, key, _digest(request), at=clock.now())
        if earlier is not None:
            return _again(earlier)
        answer = act()
        headers = {name: answer[name] for name in _KEPT if name in answer}
        body = _body(answer, shown_once)
        answers.keep(actor, key, status=answer.status_code, headers=headers, body=body)
    return answer


def _again(earlier: Answer) -> HttpResponse:
    if earlier.body is None:
        where = earlier.headers.get("Location") or "the object"
        raise answers.NotKept(
            f"This was done at {earlier.at:%Y-%m-%dT%H:%M:%SZ}. Its answer is not kept any longer, "
            f"for personal data were erased since; read {where}."
        )
    answer = HttpResponse(earlier.body, status=earlier.status, content_type="application/json")
    for name, value in {**earlier.headers, REPLAYED: "true"}.items():
        answer[name] = value
    return answer


def _body(answer: HttpResponseBase, shown_once: Collection[str]) -> str | None:
    """None of what is no JSON, and is not kept."""
    if not isinstance(answer, Response):
        return None
    if answer.data is None:
        return ""
    hidden = {name: None for name in shown_once if name in answer.data}
    data = {**answer.data, **hidden} if hidden else answer.data
    return JSONRenderer().render(data).decode()


def _digest(request: Request) -> str:
    """Of method, address and body. Raises what parsing does: then nothing is asked for yet."""
    hashed = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data: Any = request.data
    files: Mapping[str, Any] = request.FILES
    plain = {name: data.getlist(name) for name in data if name not in files} if files else data
    hashed.update(json.dumps(plain, sort_keys=True).encode())
    for name, file in sorted(files.items()):
        hashed.update(f"\n{name} {file.name} {file.content_type}\n".encode())
        for chunk in file.chunks():
            hashed.update(chunk)
        file.seek(0)
    return hashed.hexdigest()
