"""Open an act in an emergency to a professional outside its care team: asked, proven, told, ended, reviewed.

« Bris de glace »: nothing is shown before a reason and a fresh second factor (R39); it opens reading alone,
for some hours, and each one is reviewed by another person (R42, R44).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.access.operations import end_grants_for_a_while, grant_for_a_while
from diaphane.access.queries import keep_visible_acts
from diaphane.accounts.operations import TooManyTriesError, confirm_second_factor
from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, DiaphaneError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.kernel.words import fold
from diaphane.patients.models import Patient
from diaphane.patients.queries import find_survivor

from .models import Act, EmergencyAccess
from .operations import note

LASTS = timedelta(hours=4)
MOST_TRIES = 5
TRIES_WITHIN = timedelta(minutes=30)
MOST_ACTS = 20
_NOT_FOUND = "emergency.not_found"


class NoSuchExamError(DiaphaneError):
    """Nothing here answers to what was given: neither the number nor the identity."""

    status_code = 422


@dataclass(frozen=True)
class Sought:
    """How the exam is named: by its number, or by the whole identity of its patient, never a part of it."""

    accession_number: str = ""
    birth_name: str = ""
    first_name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True)
class Plea:
    """Why it cannot wait."""

    motive: str
    words: str


def open_in_emergency(
    *, sought: Sought, plea: Plea, code: str, by: Actor, at: datetime
) -> list[EmergencyAccess]:
    """Open the acts that are named, until some hours from now, and tell those concerned.

    Raises:
        NotAllowedError: a role that cares for no patient.
        GuardError: no reason is given, or the second factor is wrong.
        TooManyTriesError: too many wrong codes, or too many names that nothing answers to.
        NoSuchExamError: nothing answers to what was given.
        ConflictError: everything named is open to them already.
    """
    if not may(by, "emergency.open"):
        raise NotAllowedError(_("Only those who care for patients open an exam in an emergency."))
    _require_plea(plea)
    if count_entries(_NOT_FOUND, subject_id=by.id, since=at - TRIES_WITHIN) >= MOST_TRIES:
        raise TooManyTriesError(_("Too many tries without a result. Call the site that made the exam."))
    confirm_second_factor(user_id=by.id, code=code, by=by, at=at)
    found = list(_find(sought)[:MOST_ACTS])
    if not found:
        record(_NOT_FOUND, by=by, at=at, subject=Subject("account", by.id))
        raise NoSuchExamError(_("No exam answers to this. Check each letter, or call the site that made it."))
    visible = keep_visible_acts(by, [each.pk for each in found])
    closed = [each for each in found if each.pk not in visible]
    if not closed:
        raise ConflictError(_("This exam is open to you already: no emergency is needed."))
    with transaction.atomic():
        return [_open(act, plea, by, at) for act in closed]


def end_emergency(*, access: EmergencyAccess, by: Actor, at: datetime) -> None:
    """Close one access before its time, because its person has finished, or because its time is over.

    Raises:
        ConflictError: it is over already.
    """
    with transaction.atomic():
        if not EmergencyAccess.objects.filter(pk=access.pk, ended_at=None).update(ended_at=at):
            raise ConflictError(_("This access is over."))
        role = Role(access.role)
        end_grants_for_a_while(act_id=access.act_id, person_id=access.person_id, role=role, at=at)
        _note(access, "emergency.ended", by, at)


def end_those_over(*, at: datetime) -> int:
    """Close every access whose time is over; return how many."""
    over = list(EmergencyAccess.objects.filter(ended_at=None, ends_at__lte=at).select_related("act"))
    for access in over:
        end_emergency(access=access, by=SYSTEM, at=at)
    return len(over)


def review_emergency(
    *, access: EmergencyAccess, verdict: str, conclusion: str, by: Actor, at: datetime
) -> None:
    """Conclude on one access: another person says what they think of it, in words (R44).

    Raises:
        NotAllowedError: their own access, or one that is not theirs to review.
        GuardError: no verdict, or no words.
        ConflictError: it was reviewed already.
    """
    with transaction.atomic():
        theirs = EmergencyAccess.objects.visible_to(by).select_for_update(of=("self",))
        held = theirs.filter(pk=access.pk).first()
        if held is None or held.person_id == by.id:
            raise NotAllowedError(_("Another person reviews this access."))
        if held.reviewed_at is not None:
            raise ConflictError(_("This was already reviewed."))
        _require_conclusion(verdict, conclusion)
        held.verdict, held.conclusion = verdict, conclusion.strip()
        held.reviewed_at, held.reviewer_id, held.reviewer_label = at, by.id, by.label
        held.save(update_fields=["verdict", "conclusion", "reviewed_at", "reviewer_id", "reviewer_label"])
        _note(held, f"emergency.{verdict}", by, at)


def _open(act: Act, plea: Plea, by: Actor, at: datetime) -> EmergencyAccess:
    Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    for over in EmergencyAccess.objects.filter(act=act, person_id=by.id, role=by.role.value, ended_at=None):
        end_emergency(access=over, by=SYSTEM, at=at)
    access = EmergencyAccess.objects.create(
        act=act,
        person_id=by.id,
        person_label=by.label,
        role=by.role.value,
        structure_id=by.structure_id,
        structure_label=by.structure_label,
        motive=plea.motive,
        words=plea.words.strip(),
        opened_at=at,
        ends_at=at + LASTS,
    )
    grant_for_a_while(act_id=act.pk, person_id=by.id, role=by.role, ends_at=access.ends_at, at=at)
    _note(access, "emergency.opened", by, at)
    return access


def _note(access: EmergencyAccess, kind: str, by: Actor, at: datetime) -> None:
    note(access.act, kind, subject_type="emergency", subject_id=access.pk, by=by, at=at)


def _find(sought: Sought) -> QuerySet[Act]:
    acts = Act.objects.select_related("patient", "requesting_site").order_by("-created_at")
    if sought.accession_number:
        return acts.filter(accession_number=sought.accession_number.strip().upper())
    if not (sought.birth_name and sought.first_name and sought.birth_date):
        return acts.none()
    names = fold(sought.birth_name), fold(sought.first_name)
    born = Patient.objects.filter(birth_date=sought.birth_date)
    same = [each for each in born if (fold(each.birth_name), fold(each.first_names.split(" ")[0])) == names]
    found = {find_survivor(each).pk for each in same}
    # Two people of one identity: a number tells them apart, a guess does not (R40).
    return acts.filter(patient__in=found) if len(found) == 1 else acts.none()


def _require_plea(plea: Plea) -> None:
    missing = []
    if plea.motive not in EmergencyAccess.Motive.values:
        missing.append(Missing("R42", _("Why it cannot wait"), _("You"), field="motive"))
    if not plea.words.strip():
        missing.append(Missing("R42", _("The reason, in your words"), _("You"), field="words"))
    if missing:
        raise GuardError(_("A reason is needed."), missing)


def _require_conclusion(verdict: str, conclusion: str) -> None:
    missing = []
    if verdict not in EmergencyAccess.Verdict.values:
        missing.append(Missing("R44", _("What you conclude"), _("You"), field="verdict"))
    if not conclusion.strip():
        missing.append(Missing("R44", _("What it rests on, in your words"), _("You"), field="conclusion"))
    if missing:
        raise GuardError(_("A conclusion is needed."), missing)
