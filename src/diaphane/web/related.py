"""Who stands beside a patient, as pages show them: in which quality, proven or not, and what is allowed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from diaphane.patients.models import RelatedPerson, Relationship
from diaphane.patients.qualities import ALLOWED, OF_THE_PATIENT, Matter, Quality
from diaphane.patients.related_queries import list_relationships, list_standing


@dataclass(frozen=True)
class MatterLine:
    """One matter, and whether it is open: by law, or because the patient said so; the latter can change."""

    matter: Matter
    is_open: bool
    is_granted: bool
    can_change: bool


@dataclass(frozen=True)
class BondLine:
    """One of those who stand for a patient, on a day."""

    relationship: Relationship
    is_in_force: bool
    matters: tuple[MatterLine, ...]

    @property
    def person(self) -> RelatedPerson:
        """Return who it is."""
        return self.relationship.person

    @property
    def opened(self) -> list[str | Promise]:
        """Return what is allowed, in words."""
        return [each.matter.label for each in self.matters if each.is_open]

    @property
    def is_of_the_patient(self) -> bool:
        """Say whether the patient has given this quality, and may take it back."""
        return Quality(self.relationship.quality) in OF_THE_PATIENT

    @property
    def corrections(self) -> list[dict[str, object]]:
        """Return what was written before each correction, latest first."""
        names = {each.name: each.verbose_name for each in RelatedPerson._meta.concrete_fields}
        return [
            {**each, "lines": [(names[name], old) for name, old in each["values"].items()]}
            for each in reversed(self.person.former)
        ]


def describe_bond(relationship: Relationship, *, on: date) -> BondLine:
    """Return what a page shows of one."""
    allowed = ALLOWED[Quality(relationship.quality)]
    opened, is_in_force = relationship.list_allowed(on=on), relationship.is_in_force(on=on)
    matters = (
        MatterLine(
            matter=each,
            is_open=each in opened,
            is_granted=each in opened and each in allowed.by_grant,
            can_change=is_in_force and each in allowed.by_grant,
        )
        for each in Matter
        if each in allowed.by_law | allowed.by_grant
    )
    return BondLine(relationship, is_in_force, tuple(matters))


def describe_bonds(patient_id: UUID, *, on: date) -> list[BondLine]:
    """Return everyone who stands for a patient, or did; those of now first."""
    found = [describe_bond(each, on=on) for each in list_relationships(patient_id)]
    return sorted(found, key=lambda each: not each.is_in_force)


def describe_standing(patient_id: UUID, *, on: date) -> list[BondLine]:
    """Return who stands for a patient now: whom the team of an exam may turn to."""
    return [describe_bond(each, on=on) for each in list_standing(patient_id, on=on)]
