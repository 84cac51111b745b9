"""Everything that the import page shows: counts, the fate of files, studies beside the patient."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from diaphane.acts.models import Act
from diaphane.imaging.matching import Likeness, compare_patient
from diaphane.imaging.models import Study
from diaphane.imaging.move_queries import find_proposal
from diaphane.imaging.priors import list_priors
from diaphane.kernel.actors import Actor
from diaphane.media.models import BroughtFile, MediaImport
from diaphane.media.queries import (
    count_brought_images,
    count_files,
    find_last_import,
    list_archives,
    list_brought_studies,
    list_files,
)
from diaphane.web.acts.header_words import NamedByHeaders, read_date

MOST_SHOWN = 200
_FATE = BroughtFile.Fate
_TONES = {
    _FATE.KEPT: ("good", "circle-check"),
    _FATE.ALREADY_THERE: ("good", "copy"),
    _FATE.AWAITED: ("note", "hourglass"),
    _FATE.CONFLICT: ("stop", "versions"),
    _FATE.REFUSED: ("stop", "hand-stop"),
    _FATE.UNREADABLE: ("care", "alert-triangle"),
    _FATE.MISSING: ("care", "help-circle"),
    _FATE.INDEX: ("plain", "list-details"),
    _FATE.NOT_DICOM: ("plain", "file-text"),
}


@dataclass(frozen=True)
class FateLine:
    """The files of one fate: how many, and the first of them by name."""

    fate: str
    label: str
    tone: str
    icon: str
    count: int
    files: list[BroughtFile]

    @property
    def hidden(self) -> int:
        """Count those that are not listed."""
        return self.count - len(self.files)


@dataclass(frozen=True)
class BroughtStudy(NamedByHeaders):
    """One study of the CD beside the patient of the exam."""

    study: Study
    likeness: Likeness
    images: int
    standing: str
    is_open: bool

    @property
    def made_on(self) -> date | None:
        """Return the day of the study, or None when it is no date."""
        return read_date(self.study.study_date)


def describe_import(act: Act, *, actor: Actor) -> dict[str, object]:
    """Return what the page and its live parts need."""
    media_import = find_last_import(act, actor=actor)
    return {
        "act": act,
        "patient": act.patient,
        "media_import": media_import,
        "is_open": media_import is not None and media_import.closed_at is None,
        "counts": count_files(media_import) if media_import else None,
        "fates": _list_fates(media_import) if media_import else [],
        "archives": list_archives(media_import) if media_import else [],
        "studies": _list_studies(media_import) if media_import else [],
        "back_url": reverse("technologist:exam", args=[act.pk]),
    }


def _list_fates(media_import: MediaImport) -> list[FateLine]:
    by_fate = count_files(media_import).by_fate
    return [
        FateLine(
            fate,
            str(_FATE(fate).label),
            *look,
            by_fate[fate],
            list(list_files(media_import, fate)[:MOST_SHOWN]),
        )
        for fate, look in _TONES.items()
        if by_fate.get(fate)
    ]


def _list_studies(media_import: MediaImport) -> list[BroughtStudy]:
    """List the studies, those of the patient's own identity first."""
    images = count_brought_images(media_import)
    act = media_import.act
    beside = set(list_priors(act).values_list("study_id", flat=True))
    found = [
        BroughtStudy(
            study=study,
            likeness=compare_patient(study, act.patient),
            images=images.get(study.pk, 0),
            standing=_spell_standing(study, act, is_beside=study.pk in beside),
            is_open=study.pk not in beside and not _is_taken(study, act) and find_proposal(study) is None,
        )
        for study in list_brought_studies(media_import)
    ]
    return sorted(found, key=lambda each: not each.likeness.agrees)


def _is_taken(study: Study, act: Act) -> bool:
    """Say whether a study is this exam's own already, or another patient's."""
    return study.act is not None and (study.act_id == act.pk or study.act.patient_id != act.patient_id)


def _spell_standing(study: Study, act: Act, *, is_beside: bool) -> str:
    if is_beside:
        return _("Attached as earlier images")
    if study.act is None:
        return _("Waits for a second person") if find_proposal(study) else ""
    if study.act_id == act.pk:
        return _("Attached as the images of this exam")
    if study.act.patient_id == act.patient_id:
        return _("Made here, for another exam of this patient")
    return _("Attached to an exam of another patient")
