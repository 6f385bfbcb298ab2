"""The page to sign in at, and the step after it for those who have a second factor."""

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View
from unfold import widgets

from governance import clock
from governance.access import attempts
from governance.accounts import people
from governance.accounts.models import User
from governance.signon import guards
from governance.signon.adapters import WRONG


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=widgets.UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "username webauthn", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=widgets.UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class SignIn(View):
    """By password here, by passkey or at the organisation's provider from here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(_leads_to(request))
        return _page(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return _page(request, form)
        given = form.cleaned_data
        try:
            person = get_adapter(request).authenticate(request, **given)
        except attempts.Waiting as waiting:
            return _too_many(request, form, waiting)
        if person is None:
            form.add_error(None, WRONG)
            return _page(request, form)
        login = Login(user=person, redirect_url=_leads_to(request))
        response: HttpResponse = perform_password_login(
            request, {"username": person.username}, login
        )
        guards.remember(request, response, person.username)
        return response


@method_decorator(never_cache, name="dispatch")
class SignOut(View):
    """The browser asks by POST, as for every change; a GET only offers the button."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        return render(request, "account/sign_out.html", {"title": gettext("Sign out")})

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request, show_message=False)
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


class SecondStep(AuthenticateView):  # type: ignore[misc]  # the library ships no types
    """A one-time code, a recovery code or a passkey, after the password."""

    template_name = "account/second_step.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: User = self.stage.login.user
        try:
            self.proven = prove(person, self.form)
        except attempts.Waiting as waiting:
            self.form.add_error(None, waiting.message)
            response: HttpResponse = self.form_invalid(self.form)
            return _waits(response, waiting)
        if not self.proven:
            return self.form_invalid(self.form)  # type: ignore[no-any-return]
        return self.form_valid(self.form)  # type: ignore[no-any-return]


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]  # the library ships no types
    """Without name and password: the passkey knows whose it is, and asks for a finger or a PIN."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        guard, at = [guards.of_passkey(request)], clock.now()
        attempts.begin(guard, at=at)
        form = self.get_form()
        if not form.is_valid():
            people.note_refused_sign_in("", at=at)
            return self.form_invalid(form)  # type: ignore[no-any-return]
        attempts.succeeded(guard, at=at)
        return self.form_valid(form)  # type: ignore[no-any-return]


def prove(person: User, form: forms.Form) -> bool:
    """Whether the form holds a second factor of this person that was not used before. Raises
    attempts.Waiting."""
    guard, at = [guards.of_code(person)], clock.now()
    try:
        attempts.begin(guard, at=at)
    except attempts.Waiting:
        people.refuse(person, "too many tries", at=at)
        raise
    code = form.data.get("code", "")
    if form.is_valid() and (not code or attempts.once(guards.used_code(person, code), at=at)):
        attempts.succeeded(guard, at=at)
        return True
    people.refuse(person, "wrong second factor", at=at)
    if not form.errors:
        form.add_error(None, gettext("This code was used already. Wait for the next one."))
    return False


def _page(request: HttpRequest, form: SignInForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {
        "form": form,
        "title": gettext("Sign in"),
        "next": _leads_to(request),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
    return render(request, "account/sign_in.html", context, status=status)


def _too_many(request: HttpRequest, form: SignInForm, waiting: attempts.Waiting) -> HttpResponse:
    form.add_error(None, waiting.message)
    return _waits(_page(request, form), waiting)


def _waits(response: HttpResponse, waiting: attempts.Waiting) -> HttpResponse:
    response.status_code = waiting.status
    response["Retry-After"] = str(waiting.seconds)
    return response


def _leads_to(request: HttpRequest) -> str:
    """The page that was asked for, if it is one of ours."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
