"""Find a patient by a number and who gave it, for a machine that knows no name (R40)."""

from diaphane.kernel.actors import Actor
from diaphane.kernel.identifiers import INS_OIDS

from .models import Patient
from .queries import find_survivor, list_patients


def find_by_number(*, system: str, value: str, issuer: str, actor: Actor) -> Patient | None:
    """Return the patient of the actor's site who has this number, after whatever merges.

    ``system`` is the site's issuer (``urn:diaphane:issuer:…``), or the OID of an INS (``urn:oid:…``), which
    only a qualified identity answers to.
    """
    known = list_patients(actor)
    oid = system.removeprefix("urn:oid:")
    if system == f"urn:diaphane:issuer:{issuer}":
        found = known.filter(identifiers__issuer=issuer, identifiers__value=value).first()
    elif oid in INS_OIDS:
        qualified = Patient.IdentityStatus.QUALIFIED
        found = known.filter(ins=value, ins_oid=oid, identity_status=qualified).first()
    else:
        found = None
    return find_survivor(found) if found else None
