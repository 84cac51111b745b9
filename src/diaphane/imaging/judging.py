"""Keep what the checks found about an act's images, and what a person answers (R88)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .checks import CheckedExam, Found, Level, judge_images, list_judged
from .finding import Finding


def check_images(*, act: Act, exam: CheckedExam, at: datetime) -> bool:
    """Judge the images of an act and keep what is found; return whether anything changed.

    What is no longer found is marked as fixed, never deleted; what cannot be judged yet is left alone.
    """
    found = {(each.code.value, each.about): each for each in judge_images(exam)}
    judged = [code.value for code in list_judged(exam)]
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)  # one judgement of an act at a time
        known = {
            (row.code, row.about): row
            for row in Finding.objects.still_open().filter(act=act, code__in=judged)
        }
        gone = [row for key, row in known.items() if key not in found or _differs(row, found[key])]
        Finding.objects.filter(pk__in=[row.pk for row in gone]).update(fixed_at=at)
        new = [each for key, each in found.items() if key not in known or _differs(known[key], each)]
        Finding.objects.bulk_create(_make(act, new, at))
        if gone or new:
            note(act, "images.checked", subject_type="act", subject_id=act.pk, by=SYSTEM, at=at)
    return bool(gone or new)


def answer_finding(*, finding: Finding, reason: str, by: Actor, at: datetime) -> None:
    """Say why the images stay as they are although something was found (R88).

    Raises:
        NotAllowedError: neither technologist nor imageur, or a finding that no reason settles.
        GuardError: no reason is given.
        ConflictError: it is gone, or was answered meanwhile.
    """
    if not may(by, "images.answer") or not finding.is_answerable:
        raise NotAllowedError(_("This is not settled by a reason."))
    if not reason.strip():
        what = _("Why the images stay as they are")
        raise GuardError(_("A reason is needed."), [Missing("R88", what, _("You"), field="reason")])
    with transaction.atomic():
        changed = Finding.objects.filter(pk=finding.pk, fixed_at=None, answered_at=None).update(
            answered_at=at, answered_by_id=by.id, answered_by_label=by.label, answer=reason.strip()
        )
        if not changed:
            raise ConflictError(_("This is settled already: the page shows how."))
        note(
            finding.act,
            "images.finding_answered",
            subject_type="finding",
            subject_id=finding.pk,
            by=by,
            at=at,
        )


def list_findings(act: Act) -> QuerySet[Finding]:
    """List what the images of an act show now, what is serious and unanswered first."""
    unanswered_first = F("answered_at").asc(nulls_first=True)
    return Finding.objects.still_open().filter(act=act).order_by(unanswered_first, "level", "found_at", "id")


def get_finding(finding_id: UUID, *, act: Act, actor: Actor) -> Finding:
    """Return one finding of an act that the actor may see.

    Raises:
        Finding.DoesNotExist: unknown, or not open to this actor.
    """
    return Finding.objects.visible_to(actor).get(pk=finding_id, act=act)


def list_serious(act: Act) -> QuerySet[Finding]:
    """List what is serious and that nobody has answered."""
    return list_findings(act).filter(level=Level.SERIOUS, answered_at=None)


def count_pending(act_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count, for some acts, what the images show and nobody has answered."""
    rows = Finding.objects.still_open().filter(act_id__in=list(act_ids), answered_at=None)
    counted = rows.order_by("act_id").values("act_id").annotate(number=Count("id"))
    return {each["act_id"]: each["number"] for each in counted}


def _differs(row: Finding, found: Found) -> bool:
    return row.level != found.level or row.facts != dict(found.facts)


def _make(act: Act, found: Iterable[Found], at: datetime) -> list[Finding]:
    return [
        Finding(
            act=act,
            code=each.code.value,
            level=each.level.value,
            about=each.about,
            facts=dict(each.facts),
            found_at=at,
        )
        for each in found
    ]
