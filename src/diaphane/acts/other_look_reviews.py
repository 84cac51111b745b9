"""Conclude on looks outside any exam, or on many searches: another person, in words (R44)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, NotAllowedError

from .look_reviews import require_conclusion
from .models import OtherLookReview
from .unusual_elsewhere import list_other_unusual


def conclude_on_other_looks(
    *,
    person_id: UUID,
    until_entry: int,
    verdict: str,
    conclusion: str,
    since: datetime,
    by: Actor,
    at: datetime,
) -> OtherLookReview:
    """Conclude on what one person did, up to the entry that was shown; what came later is asked about again.

    Raises:
        NotAllowedError: what they did themselves.
        ConflictError: these looks were concluded on already, or are not of the officer's structure.
        GuardError: no verdict, or no words.
    """
    if person_id == by.id:
        raise NotAllowedError(_("Another person reviews these looks."))
    shown = list_other_unusual(by, since=since)
    found = next(
        (
            each
            for each in shown
            if each.entry.actor_id == person_id and until_entry in {entry.pk for entry in each.entries}
        ),
        None,
    )
    structure_id = by.structure_id
    if found is None or structure_id is None:
        raise ConflictError(_("These looks were already concluded on."))
    require_conclusion(verdict, conclusion)
    try:
        with transaction.atomic():
            review = OtherLookReview.objects.create(
                structure_id=structure_id,
                patient_id=found.patient_id,
                number=found.number,
                person_id=person_id,
                person_label=found.entry.actor_label,
                until_entry=until_entry,
                reasons=[each.value for each in found.reasons],
                verdict=verdict,
                conclusion=conclusion.strip(),
                reviewed_at=at,
                reviewer_id=by.id,
                reviewer_label=by.label,
            )
            subject = Subject("look_review", review.pk, patient_id=found.patient_id)
            record(f"look.{verdict}", by=by, at=at, subject=subject)
    except IntegrityError as refusal:
        raise ConflictError(_("These looks were already concluded on.")) from refusal
    return review
