"""Log in as someone without playing the login pages."""

from allauth.mfa.models import Authenticator
from django.test import Client

from diaphane.accounts.models import User
from diaphane.accounts.operations import activate_totp
from diaphane.kernel.actors import Actor

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def open_session(actor: Actor) -> Client:
    """Return a client whose session belongs to the actor's account; professionals have a second factor."""
    user = User.objects.get(pk=actor.id)
    if actor.role.is_professional and not Authenticator.objects.filter(user=user).exists():
        activate_totp(user=user, secret=TOTP_SECRET)
    client = Client()
    client.force_login(user)
    return client
