"""The addresses of signing in and of one's own account, named as the library looks them up."""

from django.urls import path

from governance.signon import entrance, pages, provider, second_factors

urlpatterns = [
    path("login/", entrance.SignIn.as_view(), name="account_login"),
    path("login/step/", entrance.SecondStep.as_view(), name="mfa_authenticate"),
    path("login/passkey/", entrance.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("login/provider/", provider.leave, name="account_provider"),
    path("login/provider/back/", provider.back, name="account_provider_back"),
    path("logout/", entrance.SignOut.as_view(), name="account_logout"),
    path("account/", pages.account, name="account"),
    path("account/", pages.account, name="mfa_index"),
    path("account/sessions/end/", pages.end_others, name="account_end_others"),
    path("account/sessions/<uuid:id>/end/", pages.end_session, name="account_end_session"),
    path("account/zone/", pages.choose_zone, name="account_zone"),
    path("account/again/", second_factors.AgainByPassword.as_view(), name="account_reauthenticate"),
    path("account/again/code/", second_factors.AgainByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/",
        second_factors.AgainByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/codes/add/", second_factors.AddCodes.as_view(), name="mfa_activate_totp"),
    path("account/codes/remove/", second_factors.RemoveCodes.as_view(), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", second_factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        second_factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/recovery/", second_factors.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "account/recovery/new/",
        second_factors.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
