"""Choose, among earlier studies, the few that help to read an exam: same region, same modality, recent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from diaphane.requests.anatomy import Zone
from diaphane.requests.catalogue import CatalogueExam

from .checks.regions import find_named_zones

MOST = 3
OLDEST = timedelta(days=10 * 365)
"""Of what changes slowly, a distant study is better than none; beyond, it is not fetched by itself."""


@dataclass(frozen=True)
class EarlierStudy:
    """One earlier study, as its archive describes it; ``study_date`` is a DICOM date (PS3.5 §6.2)."""

    study_instance_uid: str
    patient_issuer: str
    study_date: str
    description: str
    modalities: tuple[str, ...]
    body_parts: tuple[str, ...]

    @property
    def zones(self) -> frozenset[Zone]:
        """Return the parts of the body that it shows, as its series name them, else its description."""
        named = [find_named_zones(part) for part in self.body_parts]
        return frozenset().union(*named) or find_named_zones("", self.description)


def choose_relevant(studies: Iterable[EarlierStudy], exam: CatalogueExam, *, on: date) -> list[EarlierStudy]:
    """Return the studies to look at beside an exam, the most helpful first, ``MOST`` at most.

    A study of another region is left out; one that does not say its region helps when it is of the same
    modality.
    """
    first = f"{on - OLDEST:%Y%m%d}"
    helpful = [each for each in studies if each.study_date >= first and helps(each, exam)]
    return rank_relevant(helpful, exam)[:MOST]


def rank_relevant(studies: Iterable[EarlierStudy], exam: CatalogueExam) -> list[EarlierStudy]:
    """Return studies in the order in which they help to read an exam: region, modality, then the latest."""
    latest_first = sorted(studies, key=lambda each: each.study_date, reverse=True)
    return sorted(latest_first, key=lambda each: _rank(each, exam))


def helps(study: EarlierStudy, exam: CatalogueExam) -> bool:
    """Say whether a study shows the region of an exam; where it names none, whether it is of its modality."""
    return bool(study.zones & exam.zones) or (not study.zones and exam.modality in study.modalities)


def _rank(study: EarlierStudy, exam: CatalogueExam) -> tuple[bool, bool]:
    return not study.zones & exam.zones, exam.modality not in study.modalities
