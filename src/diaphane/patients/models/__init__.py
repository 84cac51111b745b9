"""Patients: strict traits, INS and its status, identifiers per issuer, and how they are found (R40)."""

from .correction import Correction
from .identifier import PatientIdentifier
from .pair import IdentityPair, MovedRow, PairState
from .patient import UNKNOWN_PLACE, Patient, count_years, make_search_key
from .proof import IdentityProof
from .related import RELATED_TRAITS, RelatedPerson, Relationship, RelationshipGrant
from .search import SearchEntry, write_search_entry
from .validation import validate_birth_date, validate_ins, validate_name, validate_phone
from .watch import Watch

__all__ = [
    "RELATED_TRAITS",
    "UNKNOWN_PLACE",
    "Correction",
    "IdentityPair",
    "IdentityProof",
    "MovedRow",
    "PairState",
    "Patient",
    "PatientIdentifier",
    "RelatedPerson",
    "Relationship",
    "RelationshipGrant",
    "SearchEntry",
    "Watch",
    "count_years",
    "make_search_key",
    "validate_birth_date",
    "validate_ins",
    "validate_name",
    "validate_phone",
    "write_search_entry",
]
