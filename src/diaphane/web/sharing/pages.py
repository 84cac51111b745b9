"""Show an exam to a colleague outside: make a link, see who has opened it, close it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.sharing.models import LinkState, SharedLink
from diaphane.sharing.operations import (
    PATIENT_TOLD_OF_LINK,
    Sent,
    record_told_of_link,
    revoke_link,
    share_study,
)
from diaphane.sharing.queries import get_link, list_links
from diaphane.web.acts.doubts import find_doubts
from diaphane.web.acts.held import find_held
from diaphane.web.acts.panels import is_owed
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.copies.pages import list_copyable, pick_study
from diaphane.web.roles import needs

from .forms import LinkChoiceForm, ShareForm

_ACT_PAGES = {
    Role.REQUESTING_PHYSICIAN: "requesting:act",
    Role.IMAGEUR: "reading_room:act",
    Role.TREATING_PHYSICIAN: "reports:show",
}
_LOOKS = {
    LinkState.WAITING: ("plain", "hourglass"),
    LinkState.FAILED: ("care", "alert-triangle"),
    LinkState.SENT: ("note", "mail"),
    LinkState.OPENED: ("good", "eye"),
    LinkState.LOCKED: ("stop", "lock"),
    LinkState.EXPIRED: ("plain", "clock"),
    LinkState.DOUBTED: ("stop", "alert-triangle"),
    LinkState.WITHDRAWN: ("plain", "unlink"),
    LinkState.REVOKED: ("plain", "ban"),
}
_STILL_OPEN = frozenset(
    {
        LinkState.WAITING,
        LinkState.FAILED,
        LinkState.SENT,
        LinkState.OPENED,
        LinkState.LOCKED,
        LinkState.DOUBTED,
    }
)


@dataclass(frozen=True)
class LinkLine:
    """One link as its team sees it."""

    link: SharedLink
    state: LinkState
    tone: str
    icon: str

    @property
    def is_revocable(self) -> bool:
        """Say whether it still shows something, or would if it were not locked."""
        return self.state in _STILL_OPEN


@require_http_methods(["GET", "HEAD", "POST"])
@needs("study.share")
@sensitive_variables("sent")
def links(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the links of an act and the form of another; make one, and show its code this once."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    record_act_view(request, act)
    studies = list_copyable(act, actor=actor)
    form = ShareForm(request.POST if request.method == "POST" else None, studies=studies)
    if request.method != "POST":
        return _show(request, act, form, actor=actor)
    sent = _share(act, form, by=actor, at=now()) if form.is_valid() else None
    if sent is None:
        return _show(request, act, form, actor=actor, status=422)
    context = {"act": act, "patient": act.patient, "sent": sent}
    return render(request, "sharing/made.html", context, status=201)


@require_POST
@needs("study.share")
def revoke(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Close a link at once."""
    actor = require_actor(request)
    link = get_link(LinkChoiceForm(request.POST).read_link(), act_id=act_id, actor=actor)
    revoke_link(link=link, by=actor, at=now())
    return redirect("sharing:links", act_id=act_id)


@require_POST
@needs("study.share")
def told(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that a patient who could not be asked has been told since (R59)."""
    actor = require_actor(request)
    record_told_of_link(act=get_act(act_id, actor=actor), by=actor, at=now())
    return redirect("sharing:links", act_id=act_id)


def _share(act: Act, form: ShareForm, *, by: Actor, at: datetime) -> Sent | None:
    """Make the link; None when something is missing, which the form then says."""
    try:
        return share_study(
            link_id=form.cleaned_data["number"],
            act=act,
            study=pick_study(act, str(form.read_study()), actor=by),
            recipient=form.read_recipient(),
            terms=form.read_terms(),
            by=by,
            at=at,
        )
    except GuardError as error:
        form.refuse(error)
        return None


def _show(
    request: HttpRequest, act: Act, form: ShareForm, *, actor: Actor, status: int = 200
) -> HttpResponse:
    at = now()
    context = {
        "act": act,
        "patient": act.patient,
        "form": form,
        "act_page": reverse(_ACT_PAGES[actor.role], args=[act.pk]),
        "lines": [_describe(each, at) for each in list_links(act, actor=actor)],
        "held": find_held(act, actor=actor),
        "doubts": find_doubts(act, actor=actor),
        "must_tell": is_owed(act, PATIENT_TOLD_OF_LINK),
    }
    return render(request, "sharing/links.html", context, status=status)


def _describe(link: SharedLink, at: datetime) -> LinkLine:
    state = link.state_at(at)
    return LinkLine(link, state, *_LOOKS[state])
