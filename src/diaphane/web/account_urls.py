"""The account's addresses that we offer; the others of allauth (sign-up, e-mails, reset) do not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.generic import RedirectView

from . import connections
from .entrance import joining
from .passkeys import add_passkey, ask_passkey
from .psc import pages as psc
from .psc.confirming import confirm
from .psc.logout import hear
from .refusals import fresh_token


def closed(request: HttpRequest) -> HttpResponse:
    """Answer 404: a structure opens accounts after its checks, nobody signs up (R18).

    Both names stay, because allauth asks for them: of its login page, and of who has no password.
    """
    raise Http404


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", psc.leave, name="account_logout"),
    path("psc/", psc.start, name="psc_start"),
    path("psc/retour/", psc.come_back, name="psc_come_back"),
    path("invitation/", joining.join, name="invitation"),
    path("psc/confirmer/", confirm, name="psc_confirm"),
    path("psc/fin/", hear, name="psc_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("signup/", closed, name="account_signup"),
    path("password/set/", closed, name="account_set_password"),
    path("jeton/", fresh_token, name="fresh_token"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("connexions/", connections.connections, name="connections"),
    path("connexions/autres/fin/", connections.end_others, name="end_other_connections"),
    path("connexions/<int:connection_id>/fin/", connections.end, name="end_connection"),
    path("cles/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("cles/ajouter/", add_passkey, name="mfa_add_webauthn"),
    path("cles/entrer/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("cles/confirmer/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("cles/preuve/", ask_passkey, name="ask_passkey"),
    path("cles/<int:pk>/nom/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
