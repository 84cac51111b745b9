"""Choose what the viewer hangs for an act: its studies, one prior beside them, the image to open on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from diaphane.acts.models import Act
from diaphane.imaging.beside import SeriesPair, is_comparable, pair_series, rank_priors
from diaphane.imaging.models import Instance, Prior, Study
from diaphane.imaging.pictures import find_instance
from diaphane.kernel.actors import Actor
from diaphane.web.acts.header_words import read_date

NONE = "aucun"
"""What the page's address says when no prior is wanted beside."""


@dataclass(frozen=True)
class PriorChoice:
    """One prior that may stand beside, and whether it does."""

    prior: Prior
    made_on: date | None
    is_beside: bool


@dataclass(frozen=True)
class Hung:
    """What is hung; ``pair`` is None where nothing stands beside."""

    studies: list[Study]
    choices: list[PriorChoice]
    beside: Prior | None
    pair: SeriesPair | None
    image: Instance | None


def choose_hung(act: Act, studies: list[Study], *, asked: str, image: str, actor: Actor) -> Hung:
    """Choose the prior that was asked for, else the most helpful one; only that one is fetched.

    A patient looks at the exam that they were told about, and at nothing beside it (R90).
    """
    priors = rank_priors(act) if actor.role.is_professional else []
    beside = _choose(act, priors, asked)
    pair = pair_series(studies, beside.study) if beside else None
    if pair is None:
        beside = None
    choices = [PriorChoice(each, read_date(each.study.study_date), each == beside) for each in priors]
    return Hung(studies, choices, beside, pair, _find_image(act, image, actor))


def _choose(act: Act, priors: list[Prior], asked: str) -> Prior | None:
    if asked == NONE:
        return None
    named = next((each for each in priors if str(each.pk) == asked), None)
    return named or next((each for each in priors if is_comparable(each, act)), None)


def _find_image(act: Act, text: str, actor: Actor) -> Instance | None:
    try:
        return find_instance(act, instance_id=UUID(text), actor=actor)
    except ValueError:
        return None
