"""What the imageur decides for a patient at the table: pregnancy, implants, contrast (R68, R83, R85)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acquisition.deciding import (
    decide_despite_pregnancy,
    prescribe_contrast,
    settle_implants_at_table,
)
from diaphane.acquisition.late_images import IMAGES_AFTER_SIGNATURE, settle_a_look
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.orders import ImplantFinding
from diaphane.web.acts.answering import go
from diaphane.web.acts.forms import MessageForm
from diaphane.web.roles import needs

LONGEST_NAME = 200


@require_POST
@needs("exam.order")
def decide_pregnancy(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Decide that the exam is made although pregnancy is known, possible or cannot be asked."""
    actor, reason = require_actor(request), MessageForm(request.POST).words()
    decide_despite_pregnancy(exam=get_exam(act_id, actor=actor), reason=reason, by=actor, at=now())
    return _back(request, act_id)


@require_POST
@needs("exam.order")
def settle_implants(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Settle the implant status that the table found unknown or new."""
    actor = require_actor(request)
    finding = ImplantFinding(
        status=request.POST.get("status", "")[:8],
        established_by=request.POST.get("established_by", "")[:LONGEST_NAME],
        conditions=MessageForm(request.POST).words(),
    )
    settle_implants_at_table(exam=get_exam(act_id, actor=actor), finding=finding, by=actor, at=now())
    return _back(request, act_id)


@require_POST
@needs("exam.order")
def prescribe(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Prescribe contrast for an exam that had no prescription."""
    actor, words = require_actor(request), MessageForm(request.POST).words()
    prescribe_contrast(exam=get_exam(act_id, actor=actor), prescription=words, by=actor, at=now())
    return _back(request, act_id)


@require_POST
@needs("exam.follow", "images.late")
def look(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that images which came after the signature were looked at."""
    actor = require_actor(request)
    exam = get_exam(act_id, actor=actor)
    settle_a_look(act=exam.act, guard=IMAGES_AFTER_SIGNATURE, by=actor, at=now())
    return _back(request, act_id)


def _back(request: HttpRequest, act_id: UUID) -> HttpResponse:
    return go(request, reverse("reports:check", args=[act_id]))
