"""Earlier images beside an act, as its pages list them."""

from dataclasses import dataclass
from datetime import date

from diaphane.acts.models import Act
from diaphane.imaging.models import Prior
from diaphane.imaging.priors import list_priors

from .header_words import read_date


@dataclass(frozen=True)
class PriorLine:
    """One earlier study, and the day it was made."""

    prior: Prior
    made_on: date | None


def list_prior_lines(act: Act) -> list[PriorLine]:
    """List the earlier studies of an act, the latest first."""
    return [PriorLine(each, read_date(each.study.study_date)) for each in list_priors(act)]
