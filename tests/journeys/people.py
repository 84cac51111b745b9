"""The people of a journey: real accounts, with passwords and second factors."""

from dataclasses import dataclass

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from diaphane.accounts.models import User
from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient
from tests.factories import RoomFactory, StructureFactory, make_actor, make_patient_actor
from tests.reading_scenes import fresh_code
from tests.scenes import make_territory

PASSWORD = "lumière-qui-passe-2026"
STATION = "SCANNER1"


@dataclass(frozen=True)
class People:
    """Everyone who takes part, and where."""

    site: Structure
    patient: Patient
    requester: Actor
    imageur: Actor
    technologist: Actor
    treating: Actor
    patient_account: Actor
    outsider: Actor

    def email_of(self, actor: Actor) -> str:
        """Return the address with which someone logs in."""
        return str(User.objects.get(pk=actor.id).email)


def make_people() -> People:
    """Create a territory with a scanner, a médecin traitant and a patient who has an account."""
    territory = make_territory()
    RoomFactory(structure=territory.site, modality="CT", station_ae_title=STATION)
    people = People(
        site=territory.site,
        patient=territory.patient,
        requester=territory.requester,
        imageur=territory.imageur,
        technologist=territory.technologist,
        treating=make_actor(Role.TREATING_PHYSICIAN, StructureFactory()),
        patient_account=make_patient_actor(territory.patient),
        outsider=territory.outsider,
    )
    for actor in (
        people.requester,
        people.imageur,
        people.technologist,
        people.treating,
        people.patient_account,
        people.outsider,
    ):
        user = User.objects.get(pk=actor.id)
        # The suite hashes fast and weakly; the server, a process of its own, does not.
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests")
        user.save()
        if actor.role.is_professional:
            fresh_code(actor)
    return people
