"""Describe a study that the platform holds as an archive would, so that one rule chooses among both."""

from .models import Study
from .relevance import EarlierStudy


def describe_study(study: Study) -> EarlierStudy:
    """Return what relevance reads of a study."""
    series = list(study.series.all())
    return EarlierStudy(
        study_instance_uid=study.study_instance_uid,
        patient_issuer=study.patient_issuer,
        study_date=study.study_date,
        description=study.description,
        modalities=tuple({each.modality for each in series}),
        body_parts=tuple({each.body_part for each in series} - {""}),
    )
