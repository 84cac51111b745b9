"""The roster of a structure, for its administrator: who is on duty, and when nobody is (R10, R14)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.rosters.coverage import check_coverage
from diaphane.rosters.models import Shift
from diaphane.rosters.operations import add_shift, cancel_shift
from diaphane.rosters.queries import list_imageurs, list_roster
from diaphane.web.acts.answering import go
from diaphane.web.directory.employing_forms import say_missing
from diaphane.web.directory.tabs import list_tabs
from diaphane.web.roles import needs

from .forms import ShiftForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("roster.see")
def roster(request: HttpRequest) -> HttpResponse:
    """Show the roster and its holes; put somebody on duty."""
    actor, is_sent = require_actor(request), request.method == "POST"
    initial = {"kind": Shift.Kind.ON_CALL, "languages": [Shift.Language.FRENCH]}
    form = ShiftForm(request.POST if is_sent else None, actor=actor, initial=initial)
    if is_sent and form.is_valid():
        try:
            add_shift(terms=form.read(), by=actor, at=now())
        except GuardError as error:
            say_missing(form, error)
        except ConflictError as error:
            form.add_error("starts_at", str(error))
        else:
            return go(request, reverse("rosters:roster"))
    context = {
        "form": form,
        "shifts": list_roster(actor, since=now()),
        "coverages": check_coverage(actor, at=now()),
        "reads": list_imageurs(actor).exists(),
        "may_change": may(actor, "roster.change"),
        "tabs": list_tabs(actor, "roster"),
    }
    return render(request, "rosters/roster.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs("roster.change")
def cancel(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Take a shift off the roster."""
    cancel_shift(shift_id=shift_id, by=require_actor(request), at=now())
    return go(request, reverse("rosters:roster"))
