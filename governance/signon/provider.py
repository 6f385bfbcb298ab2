"""Signing on at the organisation's provider (OpenID Connect Core 1.0, code flow with PKCE).

Nobody gets an account by it. The first time, an identity is bound to the one open account that has
the e-mail address which the provider calls verified; from then on its `sub` alone counts. Of what
the provider says nothing else is kept.
"""

from typing import Any, Final

import requests
import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests.adapters import BaseAdapter

from governance import clock, http
from governance.accounts import identities, people
from governance.accounts.models import User
from governance.accounts.roles import ROLES
from governance.ledger import ledger
from governance.translated import Text

logs = structlog.get_logger(__name__)
ACTOR: Final = ledger.system("oidc")
_FAILED: Final = _("The provider did not sign you in. Try again, or use your password.")
_STRANGER: Final = _(
    "The provider knows you, but no open account here has your verified e-mail address. "
    "Ask an administrator."
)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped library
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> Any:
        """The one that the environment names."""
        app = SocialApp(
            provider="openid_connect",
            provider_id=settings.OIDC_PROVIDER,
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER},
        )
        return _Provider(request, app=app)

    def get_requests_session(self) -> requests.Session:
        """One that goes the way of everything that leaves here: no private address, no redirect."""
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Guarded())
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whose identity this is, or let nobody in."""
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(_refused(request, _FAILED))
        person = sociallogin.user if sociallogin.is_existing else _bound(request, sociallogin)
        if person is None:
            people.note_refused_sign_in("", at=clock.now())
            raise ImmediateHttpResponse(_refused(request, _STRANGER))
        _take_roles(person, sociallogin.claims)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        said = kwargs.get("exception") or kwargs.get("error")
        logs.warning("oidc.failed", error=str(said))
        raise ImmediateHttpResponse(_refused(request, _FAILED))


class _Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # untyped library
    """Stricter than the library where the standard lets it be."""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if found.get("issuer") != settings.OIDC_ISSUER:  # Discovery 1.0, 4.3
            raise OAuth2Error("The provider calls itself by another name than BYLAW_OIDC_ISSUER.")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        signed = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        told = self._fetch_user_info(token.token)
        if told.get("sub") != signed["sub"]:  # Core 1.0, 5.3.2
            raise OAuth2Error("The provider's two answers are about different people.")
        login = self.get_provider().sociallogin_from_response(request, {"userinfo": told})
        login.claims, login.account.extra_data = signed | told, {}
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """With its signature, also where it came straight from the provider."""
        found: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return settings.PUBLIC_URL + reverse("account_provider_back")


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]  # untyped library
    oauth2_adapter_class = _Exchange


class _Guarded(BaseAdapter):
    """Carries what the library asks over our own way out."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        url = str(request.url)
        headers = {name: str(value) for name, value in request.headers.items()}
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        try:
            if request.method == "GET":
                answer = http.get(url, headers=headers)
            else:
                answer = http.post(url, body=sent, headers=headers)  # type: ignore[arg-type]
        except (http.Refused, http.Unreachable) as error:
            raise requests.ConnectionError(error.message) from error
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, url, request
        response.headers.update(answer.headers)
        response._content = answer.body
        return response

    def close(self) -> None:
        pass


@require_POST
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider."""
    view = OAuth2LoginView.adapter_view(_exchange(request))
    return _answered(request, view)


@require_GET
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code."""
    view = OAuth2CallbackView.adapter_view(_exchange(request))
    return _answered(request, view)


def _answered(request: HttpRequest, view: Any) -> HttpResponse:
    try:
        response: HttpResponse = view(request)
    except (requests.RequestException, OAuth2Error, ValueError, KeyError) as error:
        logs.warning("oidc.failed", error=str(error))
        return _refused(request, _FAILED)
    return response


def _exchange(request: HttpRequest) -> _Exchange:
    if not settings.OIDC_ISSUER:
        raise Http404("No provider is set up.")
    return _Exchange(request, settings.OIDC_PROVIDER)


def _bound(request: HttpRequest, sociallogin: Any) -> User | None:
    """The person to whom this identity belongs from now on."""
    claims, at = sociallogin.claims, clock.now()
    if claims.get("email_verified") is not True:
        return None
    person = identities.owner(str(claims.get("email", "")))
    if person is None:
        return None
    with transaction.atomic():
        sociallogin.user = person
        sociallogin.account.user = person
        sociallogin.account.save()
        identities.note_bound(person, settings.OIDC_ISSUER, by=ACTOR, at=at)
    return person


def _take_roles(person: User, claims: dict[str, Any]) -> None:
    """Where a claim gives the roles, what it says now is what the person holds."""
    if not settings.OIDC_ROLES_CLAIM or not person.is_active:
        return
    given = claims.get(settings.OIDC_ROLES_CLAIM)
    named = given if isinstance(given, list) else [given]
    people.change_access(
        person,
        roles=[role for role in ROLES if role in named],
        active=True,
        administrator=person.is_superuser,
        by=ACTOR,
        at=clock.now(),
    )


def _refused(request: HttpRequest, why: Text) -> HttpResponse:
    messages.error(request, str(why))
    return HttpResponseRedirect(reverse("account_login"))
