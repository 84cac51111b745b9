"""Earlier images beside an act, as its pages list them."""

from dataclasses import dataclass
from datetime import date

from diaphane.acts.models import Act
from diaphane.imaging.models import Prior
from diaphane.imaging.priors import list_priors
from diaphane.imaging.quarantining import list_doubted_ids

from .header_words import read_date


@dataclass(frozen=True)
class PriorLine:
    """One earlier study, and the day it was made."""

    prior: Prior
    made_on: date | None
    is_doubted: bool


def list_prior_lines(act: Act) -> list[PriorLine]:
    """List the earlier studies of an act, the latest first."""
    priors = list(list_priors(act))
    doubted = list_doubted_ids([each.study_id for each in priors])
    return [PriorLine(each, read_date(each.study.study_date), each.study_id in doubted) for each in priors]
