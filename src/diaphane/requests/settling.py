"""Say which of several answers is right, with the motive: until then the most careful governs (R66, R85)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .models import ExamRequest
from .safety import judge_request, judge_standing
from .safety_models import SafetyAnswer
from .safety_sources import list_standing


def settle_difference(
    *, request: ExamRequest, question_id: str, value: str, motive: str, by: Actor, at: datetime
) -> None:
    """Keep one of the answers that differ as the right one, beside the others, with who says so and why.

    A technologist says so when the rules bind as much after as before; where the answer that is chosen lets
    an exam pass, the imageur alone says it.

    Raises:
        NotAllowedError: neither, or a technologist where only the imageur decides.
        ConflictError: these answers no longer differ so.
        GuardError: no motive.
    """
    if not may(by, "exam.settle_difference"):
        raise NotAllowedError(_("A technologist or a radiologist says which answer is right."))
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        chosen = _find(held, question_id, value, at)
        if chosen is None:
            raise ConflictError(_("These answers do not differ any more: look at them again."))
        if not may(by, "exam.order") and is_for_imageur(held, chosen, at=at):
            raise NotAllowedError(
                _("This answer lets the exam pass: the radiologist says whether it is right.")
            )
        if not motive.strip():
            words = _("Why this answer is the right one")
            raise GuardError(_("A motive is needed."), [Missing("R85", words, _("You"), field="motive")])
        SafetyAnswer.objects.create(
            request=held,
            question_id=question_id,
            value=chosen.value,
            informant=chosen.informant,
            moment=SafetyAnswer.Moment.SETTLED,
            motive=motive.strip(),
            by_id=by.id,
            by_label=by.label,
            answered_at=at,
        )
        note(held.act, "request.difference_settled", subject_type="request", subject_id=held.pk, by=by, at=at)


def is_for_imageur(request: ExamRequest, chosen: SafetyAnswer, *, at: datetime) -> bool:
    """Say whether choosing this answer lets pass something that binds while the answers differ."""
    standing = list_standing(request)
    before = {each.id for each in judge_standing(request, standing, at=at).binding}
    after = judge_standing(request, standing | {chosen.question_id: (chosen,)}, at=at).binding
    return bool(before - {each.id for each in after})


def _find(held: ExamRequest, question_id: str, value: str, at: datetime) -> SafetyAnswer | None:
    differing = {each.question_id: each.answers for each in judge_request(held, at=at).differences}
    return next((each for each in differing.get(question_id, ()) if each.value == value), None)
