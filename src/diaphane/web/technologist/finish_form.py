"""What was done: device, acquisitions, dose, contrast, incidents (R83, R93)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.confirming import propose_dose_fields
from diaphane.acquisition.guards import name_owed_dose
from diaphane.acquisition.models import (
    LARGEST_ACTIVITY,
    LARGEST_CONTRAST_VOLUME,
    LARGEST_CTDI_VOL,
    LARGEST_DAP,
    LARGEST_DLP,
    Exam,
)
from diaphane.acquisition.operations import DOSE_FIELDS
from diaphane.acquisition.queries import list_recent_physicians
from diaphane.imaging.checks.words import format_dose
from diaphane.kernel.clock import now
from diaphane.scheduling.queries import get_appointment

from .forms import measure, text

CLOCK_DRIFT = timedelta(minutes=2)
_NOTHING: Mapping[str, Any] = {}
_ASKED = {
    "": frozenset[str](),
    "dlp": frozenset({"dlp", "ctdi_vol", "dose_missing_reason"}),
    "dap": frozenset({"dap", "dose_missing_reason"}),
    "activity": frozenset({"activity", "radiopharmaceutical", "dose_missing_reason"}),
}
_WORDS = ("acquisitions", "on_site_physician", "incidents")
_CONTRAST = ("contrast_product", "contrast_batch", "contrast_volume", "contrast_route", "contrast_at")


class DoseForm(forms.Form):
    """The dose of an ionising exam: what its modality owes, filled with what the devices say."""

    dlp = measure(_("DLP (mGy·cm)"), largest=LARGEST_DLP, places=1)
    ctdi_vol = measure(_("CTDIvol (mGy)"), largest=LARGEST_CTDI_VOL, places=2)
    dap = measure(_("Dose area product (mGy·cm²)"), largest=LARGEST_DAP, places=1)
    activity = measure(_("Activity given (MBq)"), largest=LARGEST_ACTIVITY, places=2)
    radiopharmaceutical = text(
        _("Radiopharmaceutical"), hint=_("Product, radionuclide and route."), longest=150
    )
    dose_missing_reason = text(
        _("Or why the dose is not known"), hint=_("Only when the device does not show it."), longest=200
    )

    def __init__(self, exam: Exam, data: Any = None, *, initial: Mapping[str, Any] = _NOTHING) -> None:
        self._proposed = {
            name: value for name, value in propose_dose_fields(exam).items() if getattr(exam, name) is None
        }
        recorded = {name: getattr(exam, name) for name in DOSE_FIELDS}
        super().__init__(data, initial={**recorded, **self._proposed, **initial})
        self.owed = name_owed_dose(exam)
        self.is_ionising = bool(self.owed)
        for name in set(DOSE_FIELDS) - _ASKED[self.owed]:
            del self.fields[name]

    @property
    def dose_fields(self) -> list[forms.BoundField]:
        """Return the fields of the dose itself, in the order of the form."""
        return [self[name] for name in self.fields if name in DOSE_FIELDS and name != "dose_missing_reason"]

    @property
    def proposed(self) -> list[tuple[str, str]]:
        """Return what a device says and that the form starts from: the technologist confirms it."""
        return [
            (str(self.fields[name].label), format_dose(value))
            for name, value in self._proposed.items()
            if name in self.fields
        ]


class FinishForm(DoseForm):
    """The end of the acquisition, for one exam: only what concerns it."""

    device = text(_("Device"), longest=120)
    acquisitions = text(
        _("Acquisitions made"), hint=_("For example: two helical series, without then with contrast"), rows=2
    )
    contrast_product = text(
        _("Contrast agent injected"), hint=_("Leave everything empty if nothing was injected."), longest=100
    )
    contrast_batch = text(_("Batch"), longest=60)
    contrast_volume = measure(_("Volume (mL)"), largest=LARGEST_CONTRAST_VOLUME, places=1)
    contrast_route = text(_("Route and access"), longest=60)
    contrast_at = forms.TimeField(
        label=_("Time of injection"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    on_site_physician = text(
        _("Physician present in the building now"), hint=_("By name, for this injection."), longest=150
    )
    incidents = text(
        _("Difficulties, incidents, adverse effects"),
        hint=_("Extravasation, reaction, movement, breakdown… Empty if there was none."),
        rows=2,
    )

    def __init__(self, exam: Exam, data: Any = None) -> None:
        super().__init__(exam, data, initial=_recorded(exam))
        self._exam = exam
        self.names = list_recent_physicians(exam.act.requesting_site_id)
        self.fields["on_site_physician"].widget.attrs["list"] = "physicians"
        self.is_injected = bool(exam.act.request.contrast_prescription.strip())

    @property
    def is_injection_open(self) -> bool:
        """Say whether the injection is shown at once: prescribed, or written already."""
        has_errors = any(name in self.errors for name in ("on_site_physician", *_CONTRAST))
        return self.is_injected or has_errors or any(self[name].value() for name in _CONTRAST)

    def clean_contrast_at(self) -> datetime | None:
        """Turn the hour into the instant it was during this exam, even across midnight.

        Raises:
            ValidationError: the hour is ahead, or long before the patient came.
        """
        hour: time | None = self.cleaned_data["contrast_at"]
        if hour is None:
            return None
        latest = now() + CLOCK_DRIFT
        today = timezone.localdate()
        candidates = [
            timezone.make_aware(datetime.combine(day, hour)) for day in (today, today - timedelta(days=1))
        ]
        came = self._exam.arrived_at or self._exam.created_at
        fits = [each for each in candidates if came - timedelta(minutes=1) <= each <= latest]
        if not fits:
            raise ValidationError(_("This time is ahead, or before the patient came."))
        return fits[0]

    def clean(self) -> dict[str, Any]:
        """Ask for the product when another part of the injection is written."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        is_written = any(given.get(name) for name in _CONTRAST if name != "contrast_product")
        if is_written and not given.get("contrast_product"):
            self.add_error(
                "contrast_product", _("Which contrast agent? The rest of the injection is written.")
            )
        return given


def _recorded(exam: Exam) -> dict[str, Any]:
    """Start from what an earlier acquisition of this exam wrote, else from the room's device."""
    slot = get_appointment(exam.act)
    return {
        **{name: getattr(exam, name) for name in (*_CONTRAST, *_WORDS)},
        "contrast_at": timezone.localtime(exam.contrast_at).time() if exam.contrast_at else None,
        "device": exam.device or (slot.room.device if slot else ""),
    }
