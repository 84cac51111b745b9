"""Two identities side by side; what another site alone knows is compared, never shown (R42)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.words import fold
from diaphane.patients.doubles import is_known_here
from diaphane.patients.models import UNKNOWN_PLACE, IdentityPair, Patient


@dataclass(frozen=True)
class TraitLine:
    """One trait of both identities, and whether it agrees; nothing is told of one that a side lacks."""

    label: str
    first: str
    second: str
    agrees: bool
    is_told: bool


@dataclass(frozen=True)
class Side:
    """One identity of a pair: whether the actor's site knows it, and so may see its traits."""

    patient: Patient
    is_known: bool


def describe_sides(pair: IdentityPair, *, actor: Actor) -> tuple[Side, Side]:
    """Return both identities; one that was merged is known where its survivor is."""
    sides = (
        Side(each, is_known_here(each.merged_into or each, actor=actor)) for each in (pair.first, pair.second)
    )
    first, second = sides
    return first, second


def compare_traits(first: Side, second: Side) -> list[TraitLine]:
    """Compare the traits, each in words; those of an identity of another site are left unsaid."""
    unsaid = _("known at another site")
    lines = []
    for label, one, other in zip(_labels(), _values(first.patient), _values(second.patient), strict=True):
        words = (one if first.is_known else unsaid, other if second.is_known else unsaid)
        is_told = bool(one and other) and label != _("Status")
        lines.append(TraitLine(label, *words, agrees=fold(one) == fold(other), is_told=is_told))
    return lines


def _labels() -> list[str]:
    return [
        _("Birth name"),
        _("Given names"),
        _("Birth date"),
        _("Sex"),
        _("Used name"),
        _("Birth place"),
        "INS",
        _("Status"),
    ]


def _values(patient: Patient) -> list[str]:
    return [
        patient.birth_name.upper(),
        patient.first_names,
        f"{patient.birth_date:%d/%m/%Y}",
        str(patient.get_sex_display()),
        patient.used_name.upper(),
        "" if patient.birth_place_code == UNKNOWN_PLACE else patient.birth_place_code,
        patient.ins,
        str(patient.get_identity_status_display()),
    ]
