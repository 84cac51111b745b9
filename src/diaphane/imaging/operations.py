"""Store what comes in, attach what waits, trace who looks."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note
from diaphane.audit.operations import record, record_view
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import NotAllowedError
from diaphane.kernel.rights import may

from .conflicts import find_conflict, list_alike
from .counting import count_again
from .indexing import Indexer
from .joining import attach_study as attach_study
from .joining import tell_acts_named_by
from .keeping import KeptObject, keep_object
from .models import Reconciliation, Study
from .placing import Place, place_object, subject_of
from .receipts import Outcome, Receipt
from .settling import lock_waiting, settle, settle_row


def store_instance(*, content: Path | bytes, by: Actor, at: datetime) -> Receipt:
    """Keep one object and index it; see ``keep_object`` for what it raises."""
    return index_objects([keep_object(content)], by=by, at=at)[0]


def index_objects(
    kept: Iterable[KeptObject], *, by: Actor, at: datetime, place: Place = place_object
) -> list[Receipt]:
    """Index durable objects in one transaction, with one event per study, however many objects it got.

    ``place`` finds the study that each one joins.
    """
    if not may(by, "images.store"):
        raise NotAllowedError(_("This role sends no images."))
    objects = list(kept)
    try:
        return _index(objects, by, at, place)
    except IntegrityError:  # a series that was found left its exam before its new images were written
        return _index(objects, by, at, place)


def _index(objects: list[KeptObject], by: Actor, at: datetime, place: Place) -> list[Receipt]:
    with transaction.atomic():
        receipts = Indexer(by=by, at=at, place=place).index(objects)
        new = [each.study for each in receipts if each.study and each.outcome is Outcome.STORED]
        studies = {each.pk: each for each in new}
        count_again(studies)
        for study in studies.values():
            _announce(study, by, at)
    return receipts


def set_study_aside(*, study: Study, reason: str, by: Actor, at: datetime) -> None:
    """Take a waiting study off the list, kept and attached to nothing.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``attach_study``.
    """
    with transaction.atomic():
        locked = lock_waiting(study, by)
        settle(locked, "set_aside", reason, by, at)
        record("images.set_aside", by=by, at=at, subject=subject_of(locked))
        tell_acts_named_by(locked, at=at)


def set_arrival_aside(
    *, arrival: Reconciliation, reason: str, by: Actor, at: datetime, is_for_series: bool = False
) -> None:
    """Take one arrival off the list; for a conflict, whose study may be attached, the arrival itself.

    For the whole series, its other images that came twice and wait go with it.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``attach_study``.
    """
    if arrival.reason != Reconciliation.Reason.CONFLICT:
        set_study_aside(study=arrival.study, reason=reason, by=by, at=at)
        return
    with transaction.atomic():
        row = (
            Reconciliation.objects.visible_to(by)
            .select_for_update(of=("self",))
            .filter(pk=arrival.pk)
            .first()
        )
        if row is None:
            raise NotAllowedError(_("These images belong to another site."))
        conflict = find_conflict(row, actor=by) if is_for_series else None
        alike = list_alike(conflict, actor=by) if conflict else []
        for each in (row, *(found.arrival for found in alike)):
            settle_row(each, "set_aside", reason, by, at)
        record("images.conflict_set_aside", by=by, at=at, subject=subject_of(row.study))


def record_study_view(*, study: Study, by: Actor, at: datetime) -> None:
    """Write in the trail that someone opened a study, once per person, study and session (R43)."""
    record_view("images", by=by, at=at, subject=subject_of(study))


def _announce(study: Study, by: Actor, at: datetime) -> None:
    """Tell the acts that images came for or beside, or tell the site that some belong to no act."""
    if study.act is not None:
        note(study.act, "images.received", subject_type="study", subject_id=study.pk, by=by, at=at)
        return
    beside = study.prior_of.filter(ended_at=None).select_related("act").order_by("added_at")
    for prior in beside:
        note(prior.act, "images.prior_received", subject_type="study", subject_id=study.pk, by=by, at=at)
    if beside:
        return
    record("images.unattached", by=by, at=at, subject=subject_of(study))
    record_event(kind="images.unattached", subject_type="study", subject_id=study.pk, act_id=None, at=at)
