"""The choice of an exam by modality; those never read at a distance are shown apart (R1, R4)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.requests.catalogue import CATALOGUE, CatalogueExam

_MODALITIES = {"CT": _("CT"), "MR": _("MRI")}


class ExamSelect(forms.Select):
    """A list that marks irradiating and magnetic exams: the page asks what goes with them (R68, R85)."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Mark the option of an exam that can be asked for by what must be known before it."""
        option = super().create_option(name, value, *args, **kwargs)
        exam = CATALOGUE.get(str(value))
        if exam is not None and not exam.refused_by:
            option["attrs"] |= {"data-ionising": exam.is_ionising, "data-magnetic": exam.is_magnetic}
        return option


class ExamField(forms.ChoiceField):
    """A catalogue exam, or nothing yet."""

    widget = ExamSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list_choices(), required=False, **options)


def list_choices() -> list[tuple[Any, Any]]:
    """Group the catalogue by modality; what is refused at a distance comes last, under its own heading."""
    offered = [exam for exam in CATALOGUE.values() if not exam.refused_by]
    refused = [exam for exam in CATALOGUE.values() if exam.refused_by]
    groups = [(label, _options(offered, modality)) for modality, label in _MODALITIES.items()]
    return [("", _("Choose an exam")), *groups, (_("Not read at a distance"), _options(refused))]


def _options(exams: list[CatalogueExam], modality: str = "") -> list[tuple[str, str]]:
    return [(exam.code, exam.label) for exam in exams if exam.modality == modality or not modality]
