"""Show the second version of an image instead of the first, and back: neither is ever lost (R40)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.audit.operations import record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError

from .conflicts import Conflict, find_conflict, is_of_the_same, list_alike, read_aside
from .counting import count_again
from .indexing import read_fields
from .keeping import KeptObject, UnreadableObjectError
from .mending_above import mend_series, mend_study
from .models import Instance, Reconciliation
from .placements import lock_studies
from .placing import subject_of
from .settling import settle_row


def take_second(
    *, arrival: Reconciliation, reason: str, by: Actor, at: datetime, is_for_series: bool = False
) -> None:
    """Show the version kept aside in its exam, and keep the one shown until then aside.

    The same patient, study and series only: whose images these are was settled for the first, so that no
    second person is asked. For the whole series, the same goes for its other images that came twice: all of
    them or none.

    Raises:
        NotAllowedError: another role, or another site's.
        ConflictError: it was decided already, or the file is not what came.
        GuardError: no reason is given, or the version names another patient, study or series.
    """
    _exchange(arrival, "exchange", reason, by, at, is_for_series=is_for_series)


def take_first_again(
    *, arrival: Reconciliation, reason: str, by: Actor, at: datetime, is_for_series: bool = False
) -> None:
    """Show the first version again, and keep the second aside; see ``take_second``."""
    _exchange(arrival, "give_back", reason, by, at, is_for_series=is_for_series)


def _exchange(
    arrival: Reconciliation, name: str, reason: str, by: Actor, at: datetime, *, is_for_series: bool
) -> None:
    with transaction.atomic():
        conflict = _lock(arrival, by)
        study = conflict.shown.series.study
        for each in _list_chosen(conflict, by, is_for_series):
            settle_row(each.arrival, name, reason, by, at)
            _change_places(each, at)
        mend_series(conflict.shown.series_id)
        mend_study(study.pk)
        count_again([study.pk])
        if study.act is None:
            record("images.exchanged", by=by, at=at, subject=subject_of(study))
        else:
            note(study.act, "images.exchanged", subject_type="study", subject_id=study.pk, by=by, at=at)


def _list_chosen(conflict: Conflict, by: Actor, is_for_series: bool) -> list[Conflict]:
    """Return what is decided together, its images locked in one order."""
    chosen = [conflict, *(list_alike(conflict, actor=by) if is_for_series else ())]
    images = Instance.objects.filter(pk__in=[each.shown.pk for each in chosen]).order_by("pk")
    list(images.select_for_update(no_key=True).values_list("pk"))
    return chosen


def _change_places(conflict: Conflict, at: datetime) -> None:
    first = conflict.shown.sha256, conflict.shown.storage_key
    kept = _read(conflict)
    for field, value in read_fields(kept).items():
        setattr(conflict.shown, field, value)
    conflict.shown.verified_at = at
    conflict.shown.save()
    conflict.arrival.sha256, conflict.arrival.storage_key = first
    conflict.arrival.save(update_fields=["sha256", "storage_key"])


def _lock(arrival: Reconciliation, by: Actor) -> Conflict:
    """Lock the study and the arrival, in the order in which transfers lock them."""
    lock_studies([arrival.study_id])
    rows = Reconciliation.objects.visible_to(by).filter(pk=arrival.pk)
    row = rows.select_for_update(of=("self",)).first()
    conflict = None if row is None else find_conflict(row, actor=by)
    if conflict is None:
        raise NotAllowedError(_("These images belong to another site."))
    return conflict


def _read(conflict: Conflict) -> KeptObject:
    """Read the version that takes the other's place, and stop where it may not."""
    try:
        kept = read_aside(conflict)
    except (OSError, UnreadableObjectError) as error:
        raise ConflictError(_("The file kept aside cannot be read any more.")) from error
    if kept.sha256 != conflict.arrival.sha256:
        raise ConflictError(_("The file kept aside cannot be read any more."))
    if not is_of_the_same(kept, conflict.shown):
        raise GuardError(
            _("This image cannot take the place of the other."),
            [
                Missing(
                    "R40",
                    _("An image of the same patient, study and series: this one names another"),
                    _("The technical service, with whoever made the image"),
                )
            ],
        )
    return kept
