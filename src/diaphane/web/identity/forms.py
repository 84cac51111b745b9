"""What a person says of the identity of images."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import GuardError, Missing
from diaphane.web.technologist.forms import ReasonForm


class IdentityForm(ReasonForm):
    """Which study, move or quarantine, and why."""

    subject = forms.UUIDField()
    is_compared = forms.BooleanField(required=False)

    def read_subject(self) -> UUID:
        """Return what is decided of.

        Raises:
            GuardError: none is named.
        """
        if self.is_valid() and isinstance(named := self.cleaned_data["subject"], UUID):
            return named
        raise GuardError(
            _("Nothing was recorded."), [Missing("R40", _("Images of this page"), _("You"), field="reason")]
        )

    def require_compared(self) -> None:
        """Stop who has not compared.

        Raises:
            GuardError
        """
        if not (self.is_valid() and self.cleaned_data["is_compared"]):
            what = _("Name, birth date and sex compared with the patient's")
            raise GuardError(_("Nothing was recorded."), [Missing("R40", what, _("You"), "is_compared")])
