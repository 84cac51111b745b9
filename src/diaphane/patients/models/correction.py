"""What the traits of a patient were before each correction: a rectification erases nothing (R38, R40)."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.privacy import Privacy
from diaphane.kernel.processing import Processing

from .patient import UNKNOWN_PLACE, Patient
from .proof import IdentityProof

TRAIT_LABELS = {
    "birth_name": _("Birth name"),
    "used_name": _("Used name"),
    "first_names": _("Given names"),
    "sex": _("Sex"),
    "birth_date": _("Birth date"),
    "birth_place_code": _("Birth place"),
    "phone": _("Telephone"),
}


class Correction(models.Model):
    """One correction: the traits that changed, before and after, why, on which proof, by whom."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="corrections")
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(max_length=300)
    proof = models.CharField(max_length=20, blank=True, choices=IdentityProof.Kind)
    lost_ins = models.CharField(max_length=15, blank=True)
    corrected_at = models.DateTimeField()
    corrected_by_id = models.UUIDField()
    corrected_by_label = models.CharField(max_length=200)
    structure_label = models.CharField(max_length=200, blank=True)

    privacy = {
        **dict.fromkeys(("id", "corrected_at"), Privacy.TECHNICAL),
        **dict.fromkeys(("patient", "before", "after", "reason", "proof", "lost_ins"), Privacy.IDENTIFYING),
        **dict.fromkeys(("corrected_by_id", "corrected_by_label", "structure_label"), Privacy.PROFESSIONAL),
    }
    processing = Processing.IDENTITY

    class Meta:
        ordering = ["-corrected_at"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Return each trait that changed: its name in words, before, after."""
        return [
            (str(TRAIT_LABELS[name]), _spell(name, self.before[name]), _spell(name, new))
            for name, new in self.after.items()
        ]


def _spell(name: str, value: str) -> str:
    is_unknown = name == "birth_place_code" and value == UNKNOWN_PLACE
    return gettext("place not known") if is_unknown else value
