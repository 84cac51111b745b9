"""Open the account of a professional, invite them, close it: the code shows once, to be said aloud (R18)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.accounts.invitations import Invited
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.closing import close_account, invite_again, reopen_account
from diaphane.organisations.employing import open_account
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .employing_forms import KnownForm, NewcomerForm, say_missing


@require_http_methods(["GET", "HEAD", "POST"])
@needs("account.open")
@sensitive_variables("invited")
def open_(request: HttpRequest) -> HttpResponse:
    """Write who is new and their first role; the invitation leaves, its code is shown."""
    actor = require_actor(request)
    sent = request.POST if request.method == "POST" else None
    form = NewcomerForm(sent, actor=actor, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            invited = open_account(newcomer=form.read(), post=form.read_post(), by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        else:
            return _say_code(request, invited)
    context = {"form": form, "known_form": KnownForm(actor=actor, prefix="known")}
    status = 422 if form.is_bound else 200
    return render(request, "directory/open_account.html", context, status=status)


@require_POST
@needs("account.open")
@sensitive_variables("invited")
def invite(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Invite again who has not come in."""
    invited = invite_again(user_id=user_id, by=require_actor(request), at=now())
    return _say_code(request, invited)


@require_POST
@needs("account.close")
def close(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close an account."""
    close_account(user_id=user_id, by=require_actor(request), at=now())
    return go(request, reverse("directory:person", args=[user_id]))


@require_POST
@needs("account.close")
@sensitive_variables("invited")
def reopen(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Open a closed account again."""
    invited = reopen_account(user_id=user_id, by=require_actor(request), at=now())
    return _say_code(request, invited)


def _say_code(request: HttpRequest, invited: Invited) -> HttpResponse:
    context = {"person": invited.invitation.user, "invitation": invited.invitation, "code": invited.code}
    return render(request, "directory/invited.html", context, status=201)
