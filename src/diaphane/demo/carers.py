"""Who stands beside the fictitious patients: a daughter who cares, a wife who is trusted (R57, R126)."""

from datetime import datetime

from diaphane.kernel.actors import Actor
from diaphane.patients.models import Patient, RelatedPerson, Relationship
from diaphane.patients.qualities import Quality
from diaphane.patients.relating import Bond, add_relationship

_PEOPLE = (
    ("Garnier", "Lucie", "06 39 98 00 84", Quality.CARER),
    ("Vasseur", "Hélène", "06 39 98 00 72", Quality.TRUSTED),
)


def write_carers(patients: tuple[Patient, Patient], *, by: Actor, at: datetime) -> None:
    """Write one of each beside the patients given; a second call changes nothing."""
    for patient, (name, first_names, phone, quality) in zip(patients, _PEOPLE, strict=True):
        if Relationship.objects.filter(patient=patient).exists():
            continue
        add_relationship(
            patient_id=patient.pk,
            person=RelatedPerson(birth_name=name, first_names=first_names, phone=phone),
            bond=Bond(quality.value),
            is_distinct=True,
            by=by,
            at=at,
        )
