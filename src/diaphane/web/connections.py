"""« Mes connexions »: where my account is open, and closing it there (R39, R46)."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from diaphane.accounts.browsers import is_telephone, name_device
from diaphane.accounts.connections import end_connection, end_other_connections, list_connections
from diaphane.accounts.models import User
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor


@dataclass(frozen=True)
class Line:
    """One place where the account is open."""

    id: int
    device: str
    icon: str
    address: str
    since: datetime
    is_current: bool


@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """List them, the one that asks first."""
    lines = [_describe(each, request) for each in list_connections(_user(request))]
    lines.sort(key=lambda each: not each.is_current)
    context = {"lines": lines, "others": sum(not each.is_current for each in lines)}
    return render(request, "account/connections.html", context)


@require_POST
def end(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Close one."""
    by = require_actor(request)
    end_connection(user=_user(request), connection_id=connection_id, by=by, at=now())
    messages.success(request, _("It is logged out, and what it followed is cut."))
    return redirect("connections")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Close every other one."""
    by = require_actor(request)
    count = end_other_connections(user=_user(request), session=request.session, by=by, at=now())
    said = ngettext("%(count)d device is logged out.", "%(count)d devices are logged out.", count)
    messages.success(request, said % {"count": count})
    return redirect("connections")


def _describe(session: UserSession, request: HttpRequest) -> Line:
    return Line(
        id=session.pk,
        device=name_device(session.user_agent),
        icon="device-mobile" if is_telephone(session.user_agent) else "device-desktop",
        address=session.ip,
        since=session.created_at,
        is_current=session.session_key == request.session.session_key,
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - no visitor comes here
    return request.user
