"""The checks at the table: each touch is kept, what is missing is shown, then « ready »."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import declare_ready, prepare_exam
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .answers import move_exam, show_invalid
from .preparation_form import PreparationForm


@require_POST
@needs("exam.prepare")
def prepare(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the answers given so far."""
    form = _read(request, act_id)
    if not form.is_valid():
        return show_invalid(request, act_id, form, name="preparation_form")
    return move_exam(request, act_id, lambda exam, by: _keep(exam, form, by))


@require_POST
@needs("exam.get_ready")
def ready(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep the answers and pass the checks of the table; what blocks is named, what was answered is kept."""
    form = _read(request, act_id)
    if not form.is_valid():
        return show_invalid(request, act_id, form, name="preparation_form")

    def pass_checks(exam: Exam, by: Actor) -> None:
        _keep(exam, form, by)
        declare_ready(exam=exam, by=by, at=now())

    return move_exam(request, act_id, pass_checks)


def _read(request: HttpRequest, act_id: UUID) -> PreparationForm:
    return PreparationForm(get_exam(act_id, actor=require_actor(request)), request.POST)


def _keep(exam: Exam, form: PreparationForm, by: Actor) -> None:
    prepare_exam(exam=exam, **form.read(), by=by, at=now())
