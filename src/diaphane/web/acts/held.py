"""What of an act's images is set aside for a reader while somebody makes sure whose they are (R40)."""

from dataclasses import dataclass

from diaphane.access.queries import is_reader_for_a_while
from diaphane.acts.models import Act
from diaphane.imaging.priors import list_priors
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.imaging.queries import list_studies, list_studies_shown
from diaphane.kernel.actors import Actor


@dataclass(frozen=True)
class Held:
    """Whether images are closed to the reader, whether some are open, and whether some may leave here.

    Who can settle the doubt still sees them; nobody copies them or shows them to anyone. Who reads by an
    emergency alone shows none: a link would outlast it (R42).
    """

    is_any: bool
    is_open: bool
    can_leave: bool
    may_show: bool


def find_held(act: Act, *, actor: Actor) -> Held:
    """Return what a page may offer of an act's images."""
    own, shown = list_studies(act), list_studies_shown(act, actor=actor)
    has_priors = list_priors(act).filter(not_doubted(study="study")).exists()
    can_leave = has_priors or own.filter(not_doubted()).exists()
    return Held(
        is_any=own.exclude(pk__in=shown.values("pk")).exists(),
        is_open=shown.exists(),
        can_leave=can_leave,
        may_show=can_leave and not is_reader_for_a_while(actor, act.pk),
    )
