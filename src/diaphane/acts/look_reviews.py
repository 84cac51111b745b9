"""Conclude on looks that stood out: another person says what they think of them, in words (R44)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError

from .look_models import LookReview
from .models import Act
from .queries import list_act_ids_of_structure
from .unusual import list_unusual


def conclude_on_looks(
    *,
    act_id: UUID,
    person_id: UUID,
    until_entry: int,
    verdict: str,
    conclusion: str,
    since: datetime,
    by: Actor,
    at: datetime,
) -> LookReview:
    """Conclude on the looks of one person at one exam, as they were shown; later ones are asked about again.

    Raises:
        NotAllowedError: their own looks.
        Act.DoesNotExist: another structure's exam.
        ConflictError: these looks were concluded on already.
        GuardError: no verdict, or no words.
    """
    if person_id == by.id:
        raise NotAllowedError(_("Another person reviews these looks."))
    found = next(
        (
            each
            for each in list_unusual(by, since=since)
            if each.act.pk == act_id and each.entry.actor_id == person_id
        ),
        None,
    )
    if found is None and not _is_theirs(act_id, by):
        raise Act.DoesNotExist
    if found is None or until_entry < min(each.pk for each in found.entries):
        raise ConflictError(_("These looks were already concluded on."))
    require_conclusion(verdict, conclusion)
    with transaction.atomic():
        review, is_new = LookReview.objects.get_or_create(
            act_id=act_id,
            person_id=person_id,
            until_entry=min(until_entry, found.entry.pk),
            defaults={
                "person_label": found.entry.actor_label,
                "reasons": [each.value for each in found.reasons],
                "verdict": verdict,
                "conclusion": conclusion.strip(),
                "reviewed_at": at,
                "reviewer_id": by.id,
                "reviewer_label": by.label,
            },
        )
        if not is_new:
            raise ConflictError(_("These looks were already concluded on."))
        subject = Subject("look_review", review.pk, act_id, found.act.patient_id)
        record(f"look.{verdict}", by=by, at=at, subject=subject)
    return review


def _is_theirs(act_id: UUID, by: Actor) -> bool:
    return (
        by.structure_id is not None and list_act_ids_of_structure(by.structure_id).filter(pk=act_id).exists()
    )


def require_conclusion(verdict: str, conclusion: str) -> None:
    """Refuse a conclusion without a verdict or without words.

    Raises:
        GuardError: one of both is missing.
    """
    missing = []
    if verdict not in LookReview.Verdict.values:
        missing.append(Missing("R44", _("What you conclude"), _("You"), field="verdict"))
    if not conclusion.strip():
        missing.append(Missing("R44", _("What it rests on, in your words"), _("You"), field="conclusion"))
    if missing:
        raise GuardError(_("A conclusion is needed."), missing)
