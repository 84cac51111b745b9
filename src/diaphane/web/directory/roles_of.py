"""Give and end roles: at one's own structure, to others (R41)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.employing import end_role, give_role
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.newcomers import find_known
from diaphane.organisations.people import get_person
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .employing_forms import EndRoleForm, KnownForm, NewcomerForm, PostForm, list_unread, say_missing


@require_POST
@needs("role.give")
def employ(request: HttpRequest) -> HttpResponse:
    """Give a role to somebody who has an account, found by their exact address or number."""
    actor = require_actor(request)
    form = KnownForm(request.POST, actor=actor, prefix="known")
    if form.is_valid():
        words = str(form.cleaned_data["known"]).replace(" ", "")
        found = find_known(email=words) if "@" in words else find_known(rpps=words)
        try:
            if found is not None:
                give_role(user_id=found.pk, post=form.read_post(), by=actor, at=now())
                return go(request, reverse("directory:person", args=[found.pk]))
            form.add_error("known", _("No account has this address or this number."))
        except GuardError as error:
            say_missing(form, error)
    context = {"form": NewcomerForm(actor=actor), "known_form": form}
    return render(request, "directory/open_account.html", context, status=422)


@require_POST
@needs("role.give")
def give(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a person of the actor's ground another role."""
    actor = require_actor(request)
    get_person(user_id, actor=actor, on=now().date())
    form = PostForm(request.POST, actor=actor)
    if not form.is_valid():
        raise GuardError(_("This role cannot be given."), list_unread(form))
    give_role(user_id=user_id, post=form.read_post(), by=actor, at=now())
    return go(request, reverse("directory:person", args=[user_id]))


@require_POST
@needs("role.end")
def end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a role, now or after a day."""
    form = EndRoleForm(request.POST)
    if not form.is_valid():
        raise GuardError(_("This role cannot be ended so."), list_unread(form))
    last_day = form.cleaned_data["last_day"]
    ended = end_role(membership_id=membership_id, last_day=last_day, by=require_actor(request), at=now())
    return go(request, reverse("directory:person", args=[ended.user_id]))
