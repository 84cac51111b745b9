"""Know again the browsers in which an account has logged in, by a cookie that says no more (R39, R46)."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from .models import KnownDevice, User
from .operations import digest_of

COOKIE_LASTS = timedelta(days=365)
_SALT = "diaphane.device"
_GIVEN = "_device_to_give"


def read_device(request: HttpRequest) -> str:
    """Return the name that this browser was given; empty when it has none, or one that we did not sign."""
    try:
        return str(
            signing.loads(
                request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=COOKIE_LASTS
            )
        )
    except signing.BadSignature:
        return ""


def is_known_device(request: HttpRequest, email: str) -> bool:
    """Say whether the account of this address has logged in by this browser before."""
    device = read_device(request)
    known = KnownDevice.objects.filter(digest=digest_of(device), user__email=email.lower())
    return bool(device) and known.exists()


def note_device(*, request: HttpRequest, user: User, at: datetime) -> tuple[KnownDevice, bool]:
    """Remember by which browser someone logs in; say whether it is new for this account.

    The browser keeps one name for all who share it: a workstation's cookie does not grow with its users.
    """
    device = read_device(request) or secrets.token_urlsafe(32)
    setattr(request, _GIVEN, device)
    known, is_new = KnownDevice.objects.get_or_create(
        user=user, digest=digest_of(device), defaults={"first_seen_at": at, "last_seen_at": at}
    )
    if not is_new:
        KnownDevice.objects.filter(pk=known.pk).update(last_seen_at=at)
    return known, is_new


class KnownDeviceMiddleware:
    """Give the browser of a login its name, signed, or more time to the one that it has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the cookie after a login, and then only."""
        response = self.get_response(request)
        if device := getattr(request, _GIVEN, ""):
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                signing.dumps(device, salt=_SALT),
                max_age=COOKIE_LASTS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response
