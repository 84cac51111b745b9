"""Write for people what a DICOM header holds: a name without separators, a date."""

from datetime import date, datetime


def spell_name(patient_name: str) -> str:
    """Return a DICOM name without the separators of its parts (PS3.5 §6.2.1)."""
    return " ".join(patient_name.replace("^", " ").replace("=", " ").split())


def read_date(text: str) -> date | None:
    """Return a DICOM date (PS3.5 §6.2), or None when the text is none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None
