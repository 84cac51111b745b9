"""Find the study of an object whose row is lost: what its file names, and never a guess (R40)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Structure

from .headers import StudyIdentity
from .keeping import KeptObject
from .matching import match_act
from .models import PriorSearch, Study
from .placing import place_at


@dataclass(frozen=True)
class Return:
    """Place objects again. ``site_id`` is the site of those that name none, when a person says it."""

    site_id: UUID | None = None

    def __call__(self, kept: KeptObject, by: Actor, at: datetime) -> Study | None:
        """Find the study that held an object, or open one at its site; None where its site is not known."""
        held = list(Study.objects.filter(**kept.identity.values).select_related("act"))
        known = [study for study in held if study.series.filter(series_instance_uid=kept.series_instance_uid)]
        for choice in (known, held):
            if len(choice) == 1:
                return choice[0]
        site_id = _find_site(kept.identity) or self.site_id
        return None if site_id is None else place_at(kept, site_id, by, at)


def _find_site(identity: StudyIdentity) -> UUID | None:
    """Find where an object came from: whose PatientID it carries, whose exam it is, who asked an archive."""
    if identity.patient_issuer:
        issuer = Structure.objects.filter(issuer=identity.patient_issuer).first()
        if issuer is not None:
            return issuer.pk
    study_uid = identity.study_instance_uid
    for act in Act.objects.filter(study_instance_uid=study_uid):
        if match_act(identity, site_id=act.requesting_site_id).act is not None:
            return act.requesting_site_id
    asking = PriorSearch.objects.filter(chosen__contains=[study_uid]).order_by()
    sites = set(asking.values_list("act__requesting_site_id", flat=True))
    return sites.pop() if len(sites) == 1 else None
