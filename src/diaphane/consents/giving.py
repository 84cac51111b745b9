"""Give the sheets of an act, before or after it, and keep the proof of which version (R52–R56, R59, R67)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.operations import INFORMED_AFTERWARDS

from .models import SheetGiven
from .queries import list_sheets_of
from .sheets import Sheet


def give_sheets(*, act: Act, means: str, recipient: str, by: Actor, at: datetime) -> list[SheetGiven]:
    """Record that every sheet of an act was given, in the version of now.

    Raises:
        NotAllowedError: the actor is not with the patient.
        GuardError: how, or to whom, is not said.
    """
    if not may(by, "sheet.give"):
        raise NotAllowedError(_("Only those who are with the patient give them a sheet."))
    known = means in {SheetGiven.Means.PAPER, SheetGiven.Means.SCREEN}
    if not known or recipient not in SheetGiven.Recipient.values:
        raise GuardError(
            _("Say how the sheets were given."),
            [Missing("R67", _("On paper or on a screen, and to whom"), _("You"), field="means")],
        )
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
        return [_give(act, sheet, means, recipient, by, at) for sheet in list_sheets_of(act)]


def read_own_sheets(*, act: Act, by: Actor, at: datetime) -> None:
    """Record that the patient has read the sheets of their own exam; once for each version.

    Raises:
        NotAllowedError: another person's exam.
    """
    if not may(by, "sheet.read_own") or by.patient_id != act.patient_id:
        raise NotAllowedError(_("These sheets are for somebody else’s exam."))
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)  # two taps leave one proof
        for sheet in list_sheets_of(act):
            _give(act, sheet, SheetGiven.Means.SPACE, SheetGiven.Recipient.PATIENT, by, at)


def inform_afterwards(*, act: Act, means: str, recipient: str, by: Actor, at: datetime) -> None:
    """Inform a patient who could not be before: the sheets are given, and the duty is done (R59).

    Raises:
        NotAllowedError, GuardError: as above.
        ConflictError: nothing of the kind is owed, or not any more.
    """
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
        if not list_open_duties(act).filter(guard=INFORMED_AFTERWARDS).exists():
            raise ConflictError(_("Nothing is owed here any more."))
        give_sheets(act=act, means=means, recipient=recipient, by=by, at=at)
        settle_duties(act, INFORMED_AFTERWARDS, by=by, at=at)


def _give(act: Act, sheet: Sheet, means: str, recipient: str, by: Actor, at: datetime) -> SheetGiven:
    """Write one proof; the same hands giving the same version in the same way again leave no second one."""
    same = SheetGiven.objects.filter(
        act=act, code=sheet.code, version=sheet.version, means=means, recipient=recipient, actor_id=by.id
    ).first()
    if same is not None:
        return same
    given = SheetGiven.objects.create(
        act=act,
        code=sheet.code,
        version=sheet.version,
        digest=sheet.digest,
        means=means,
        recipient=recipient,
        actor_id=by.id,
        actor_role=by.role.value,
        actor_label=by.label,
        structure_label=by.structure_label,
        occurred_at=at,
    )
    note(act, "sheet.given", subject_type="sheet", subject_id=given.pk, by=by, at=at)
    return given
