"""Decide whose images these are: close, open, take away, confirm, decline, undo (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acquisition.late_images import IMAGES_DOUBTED, settle_a_look
from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.imaging.joining import confirm_join, decline_join
from diaphane.imaging.models import Move
from diaphane.imaging.move_queries import get_move, get_study_of
from diaphane.imaging.quarantining import get_quarantine, lift_quarantine, quarantine_study
from diaphane.imaging.taking_away import take_away, undo_move
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .choosing import read_chosen
from .forms import IdentityForm


@require_POST
@needs("images.quarantine")
def quarantine(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Close a study at once, because someone doubts whose images these are."""
    actor, act, form = _read(request, act_id)
    study = get_study_of(act, form.read_subject())
    quarantine_study(
        study=study,
        reason=form.read_reason(),
        by=actor,
        at=now(),
        series_uids=read_chosen(request.POST, study).series_uids,
    )
    return _back(request, act)


@require_POST
@needs("images.quarantine")
def lift(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Open a study again, with the reason why the doubt is gone."""
    actor, act, form = _read(request, act_id)
    found = get_quarantine(form.read_subject(), actor=actor)
    form.require_compared()
    lift_quarantine(quarantine=found, reason=form.read_reason(), by=actor, at=now())
    return _back(request, act)


@require_POST
@needs("images.take_away")
def take_away_images(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take the chosen series and images away from the exam; none chosen means the whole study."""
    actor, act, form = _read(request, act_id)
    study = get_study_of(act, form.read_subject())
    chosen = read_chosen(request.POST, study)
    take_away(
        study=study,
        act=act,
        reason=form.read_reason(),
        by=actor,
        at=now(),
        series_uids=[] if chosen.sop_uids else chosen.series_uids,
        sop_uids=chosen.sop_uids,
    )
    return _back(request, act)


@require_POST
@needs("images.confirm")
def confirm(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Attach proposed images, as the second person who has compared."""
    actor, act, form = _read(request, act_id)
    move = _get_move(act, form, actor)
    form.require_compared()
    confirm_join(move=move, by=actor, at=now())
    return _back(request, act)


@require_POST
@needs("images.decline")
def decline(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Refuse a proposal: the images go on waiting."""
    actor, act, form = _read(request, act_id)
    decline_join(move=_get_move(act, form, actor), reason=form.read_reason(), by=actor, at=now())
    return _back(request, act)


@require_POST
@needs("images.undo")
def undo(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put images back where they stood before a move."""
    actor, act, form = _read(request, act_id)
    undo_move(move=_get_move(act, form, actor), reason=form.read_reason(), by=actor, at=now())
    return _back(request, act)


@require_POST
@needs("exam.follow", "images.late")
def look(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the imageur has dealt with images doubted or moved after the signature."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    settle_a_look(act=act, guard=IMAGES_DOUBTED, by=actor, at=now())
    return _back(request, act)


def _read(request: HttpRequest, act_id: UUID) -> tuple[Actor, Act, IdentityForm]:
    actor = require_actor(request)
    return actor, get_act(act_id, actor=actor), IdentityForm(request.POST)


def _get_move(act: Act, form: IdentityForm, actor: Actor) -> Move:
    return get_move(form.read_subject(), act=act, actor=actor)


def _back(request: HttpRequest, act: Act) -> HttpResponse:
    return go(request, reverse("identity:page", args=[act.pk]))
