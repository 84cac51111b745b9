"""The strict traits that the national service answers: compared with ours, then written over them (R38, R40).

The list of given names is compared whole. Words that contradict ours are another person's; a list that goes
further than ours, or stops before, is the right one, and the difference is a correction with its history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.words import fold

from .models import UNKNOWN_PLACE, Correction, IdentityProof, Patient


@dataclass(frozen=True)
class InsiAnswer:
    """What the national service answers: the INS, its OID, and the strict traits it knows."""

    ins: str
    oid: str
    birth_name: str
    first_names: str
    sex: str
    birth_date: date
    birth_place_code: str


def list_differences(patient: Patient, answer: InsiAnswer) -> list[Missing]:
    """List the strict traits on which the national service contradicts; an unknown birth place agrees."""
    is_unknown = patient.birth_place_code == UNKNOWN_PLACE
    traits = (
        (_("Birth name"), fold(patient.birth_name) == fold(answer.birth_name)),
        (_("Given names"), join_given_names(patient.first_names, answer.first_names) is not None),
        (_("Sex"), patient.sex == answer.sex),
        (_("Birth date"), patient.birth_date == answer.birth_date),
        (_("Birth place"), is_unknown or patient.birth_place_code == answer.birth_place_code),
    )
    who = _("You, from an identity document")
    return [Missing("R40", trait, who) for trait, agrees in traits if not agrees]


def write_answered(patient: Patient, answer: InsiAnswer, *, by: Actor, at: datetime) -> None:
    """Take the INS, the given names and the birth place that were answered; keep what they replace."""
    patient.ins, patient.ins_oid = answer.ins, answer.oid
    given = join_given_names(patient.first_names, answer.first_names)
    answered = {
        "first_names": patient.first_names if given is None else given,
        "birth_place_code": answer.birth_place_code,
    }
    changed = {name: new for name, new in answered.items() if new != getattr(patient, name)}
    if not changed:
        return
    Correction.objects.create(
        patient=patient,
        before={name: getattr(patient, name) for name in changed},
        after=changed,
        reason=str(_("The national service answered it")),
        proof=IdentityProof.Kind.INSI,
        corrected_at=at,
        corrected_by_id=by.id,
        corrected_by_label=by.label,
        structure_label=by.structure_label,
    )
    for name, new in changed.items():
        setattr(patient, name, new)


def join_given_names(ours: str, theirs: str) -> str | None:
    """Return the given names to keep, as ours are spelled; None when the lists contradict each other."""
    mine, known = fold(ours).split(), fold(theirs).split()
    if known[: len(mine)] == mine:
        further = _split(theirs.split(), len(mine))
        return None if further is None else " ".join([ours, *(each.title() for each in further[1])])
    if known and mine[: len(known)] == known:
        kept = _split(ours.split(), len(known))
        return None if kept is None else " ".join(kept[0])
    return None


def _split(names: Sequence[str], words: int) -> tuple[Sequence[str], Sequence[str]] | None:
    """Split a list of given names after some words, or None in the middle of a compound name."""
    for index in range(len(names) + 1):
        if len(fold(" ".join(names[:index])).split()) == words:
            return names[:index], names[index:]
    return None
