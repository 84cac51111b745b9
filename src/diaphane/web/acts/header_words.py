"""Write for people what a DICOM header holds: a name, a sex, a date."""

from datetime import date, datetime

from django.utils.translation import pgettext, pgettext_lazy

from diaphane.imaging.models import Study
from diaphane.patients.models import Patient

_SEXES = {
    "F": Patient.Sex.FEMALE.label,
    "M": Patient.Sex.MALE.label,
    "O": pgettext_lazy("sex in images", "Other"),
}


def spell_name(patient_name: str) -> str:
    """Return a DICOM name for reading: family name, given names, then the rest (PS3.5 §6.2.1).

    Other ways of writing the same name (ideographic, phonetic) follow in brackets.
    """
    groups = [said for each in patient_name.split("=") if (said := _spell_group(each))]
    return " ".join([*groups[:1], *(f"({each})" for each in groups[1:])])


def show_raw_name(patient_name: str) -> str:
    """Return a DICOM name as it was received, where reading it needed more than reading; else nothing."""
    return "" if spell_name(patient_name) == patient_name.strip() else patient_name


def _spell_group(group: str) -> str:
    family, given, middle, prefix, suffix = [" ".join(each.split()) for each in f"{group}^^^^".split("^")[:5]]
    parts = (family, " ".join(filter(None, (given, middle))), prefix, suffix)
    return ", ".join(filter(None, parts))


def spell_sex(code: str) -> str:
    """Return a DICOM sex (PS3.3 §C.7.1.1) in the words of the strict traits.

    What is said and unknown is not what is not said.
    """
    return str(_SEXES.get(code) or (pgettext("sex in images", "Undetermined") if code else ""))


def read_date(text: str) -> date | None:
    """Return a DICOM date (PS3.5 §6.2), or None when the text is none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


class NamedByHeaders:
    """What the images of a study say of their patient, in words; for what shows a study beside a patient."""

    study: Study

    @property
    def patient_name(self) -> str:
        """Return the name that the images carry."""
        return spell_name(self.study.patient_name)

    @property
    def raw_name(self) -> str:
        """Return the same name as it was received, where it reads otherwise."""
        return show_raw_name(self.study.patient_name)

    @property
    def birth_date(self) -> date | None:
        """Return the birth date that the images carry, or None when it is no date."""
        return read_date(self.study.patient_birth_date)

    @property
    def sex(self) -> str:
        """Return the sex that the images carry, in words."""
        return spell_sex(self.study.patient_sex)
