"""Images joined to an exam by the persons that it takes: one, or two where the traits differ."""

from datetime import datetime

from diaphane.acts.models import Act
from diaphane.imaging.joining import attach_study, confirm_join
from diaphane.imaging.models import Move, MoveState, Prior, Study
from diaphane.imaging.priors import attach_prior
from tests.scenes import Territory


def join(study: Study, act: Act, territory: Territory, *, at: datetime, reason: str = "Relu") -> Move:
    """Attach a waiting study; its imageur confirms where a second person is asked."""
    move = attach_study(study=study, act=act, reason=reason, by=territory.technologist, at=at)
    if move.state == MoveState.PROPOSED:
        confirm_join(move=move, by=territory.imageur, at=at)
    move.refresh_from_db()
    return move


def put_beside(
    study: Study, act: Act, territory: Territory, *, at: datetime, reason: str = "CD relu"
) -> Prior:
    """Put earlier images beside an act; its imageur confirms where a second person is asked."""
    prior = attach_prior(study=study, act=act, reason=reason, by=territory.technologist, at=at)
    if prior is None:
        confirm_join(move=Move.objects.get(study_id=study.pk, act=act), by=territory.imageur, at=at)
    return Prior.objects.get(study=study, act=act, ended_at=None)
