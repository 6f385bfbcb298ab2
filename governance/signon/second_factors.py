"""One's own second factors: the library's pages, with an entry in the transaction of each change.
All ask for the password or a factor first, unless that was given in the last five minutes."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from governance import clock
from governance.access import attempts
from governance.accounts import factors
from governance.accounts.models import User
from governance.signon.entrance import prove

HOME = reverse_lazy("account")


class _Adding:
    """Mixed into a view that adds a second factor; recovery codes come with the first one."""

    kind: str
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        person = _person(self.request)
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            factors.note_added(person.id, self.kind, at=clock.now())
            if getattr(self, "did_generate_recovery_codes", False):
                factors.note_added(person.id, factors.RECOVERY_CODES, at=clock.now())
        return response


class _Removing:
    kind: str
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            factors.note_removed(_person(self.request).id, self.kind, at=clock.now())
        return response


class AddCodes(_Adding, ActivateTOTPView):  # type: ignore[misc]  # the library ships no types
    kind = factors.ONE_TIME_CODES
    template_name = "account/add_codes.html"
    success_url = HOME


class RemoveCodes(_Removing, DeactivateTOTPView):  # type: ignore[misc]
    kind = factors.ONE_TIME_CODES
    template_name = "account/remove_factor.html"
    extra_context = {"what": _("one-time codes"), "title": _("Remove one-time codes")}
    success_url = HOME


class AddPasskey(_Adding, AddWebAuthnView):  # type: ignore[misc]
    kind = factors.PASSKEY
    template_name = "account/add_passkey.html"


class RemovePasskey(_Removing, RemoveWebAuthnView):  # type: ignore[misc]
    kind = factors.PASSKEY
    template_name = "account/remove_factor.html"
    extra_context = {"what": _("this passkey"), "title": _("Remove a passkey")}
    success_url = HOME


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "account/recovery_codes.html"


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "account/new_recovery_codes.html"

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            person = _person(self.request)
            factors.note_added(person.id, factors.RECOVERY_CODES, at=clock.now())
        return response


class AgainByPassword(ReauthenticateView):  # type: ignore[misc]
    template_name = "account/again.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]
        except attempts.Waiting as waiting:
            return _refused(self, waiting)


class AgainByCode(ReauthenticateByCodeView):  # type: ignore[misc]
    template_name = "account/again.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        try:
            proven = prove(_person(request), form)
        except attempts.Waiting as waiting:
            return _refused(self, waiting)
        answer = self.form_valid if proven else self.form_invalid
        return answer(form)  # type: ignore[no-any-return]


class AgainByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "account/again_by_passkey.html"


def passkeys(person: User) -> list[Any]:
    """What is known of each, the oldest first."""
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return [each.wrap() for each in rows.order_by("id")]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the library's views let in nobody else
    return request.user


def _refused(view: Any, waiting: attempts.Waiting) -> HttpResponse:
    form = view.get_form_class()(user=view.request.user)
    context = view.get_context_data(form=form, waiting=waiting.message)
    response: HttpResponse = view.render_to_response(context, status=waiting.status)
    response["Retry-After"] = str(waiting.seconds)
    return response
