"""What a session has to be at each request: living, and with a second factor where one is due."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from governance.accounts import factors, preferences, sessions
from governance.accounts.models import User
from governance.api.problems import MEDIA_TYPE, TYPE_PREFIX
from governance.console import instant, times
from governance.signon import origin

#: Open to those who have yet to set up a second factor.
_OPEN: Final = ("/account/", "/logout/", "/login/", "/static/")
_API: Final = "/api/"
_PERMISSIONS: Final = ", ".join(
    [
        *(f"{each}=()" for each in ("camera", "geolocation", "microphone", "payment", "usb")),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
_Answers = Callable[[HttpRequest], HttpResponse]


def headers(get_response: _Answers) -> _Answers:
    """Of what browsers offer to pages, ours use passkeys and the clipboard."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response

    return middleware


def living(get_response: _Answers) -> _Answers:
    """Whoever comes without a session's cookie, as tools do, costs nothing here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        person = request.user
        if isinstance(person, User) and _is_over(request, person):
            logout(request)
        elif isinstance(person, User) and _may_not_pass(request, person):
            return _to_second_factors(request)
        return get_response(request)

    return middleware


def zoned(get_response: _Answers) -> _Answers:
    """Pages show times in the zone that the person has chosen."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        person = request.user
        if not isinstance(person, User):
            return get_response(request)
        with times.seen_in(preferences.zone_of(person)):
            return get_response(request)

    return middleware


def spoken(get_response: _Answers) -> _Answers:
    """Pages speak the language that the browser asks for, of those that there are. The API keeps to
    English, whoever asks: its words are part of its contract."""
    if len(settings.LANGUAGES) == 1:
        return get_response

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_API):
            return get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def _is_over(request: HttpRequest, person: User) -> bool:
    at, key = instant.of(request), request.session.get(sessions.KEY)
    session = sessions.find(key, person) if key else None
    if session is None:
        session = sessions.adopt(person, origin=origin.of(request), at=at)
        request.session[sessions.KEY] = str(session.id)
    if sessions.over(session, at=at):
        sessions.expire(session, at=at)
        return True
    sessions.note_use(session, at=at)
    return False


def _may_not_pass(request: HttpRequest, person: User) -> bool:
    return not request.path.startswith(_OPEN) and factors.missing(person)


def _to_second_factors(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(_API):
        return HttpResponseRedirect(reverse("account"))
    body = {
        "type": f"{TYPE_PREFIX}second-factor-needed",
        "title": "Forbidden",
        "status": 403,
        "code": "second-factor-needed",
        "detail": "Set up a second factor under /account/ first.",
    }
    return JsonResponse(body, status=403, content_type=MEDIA_TYPE)
