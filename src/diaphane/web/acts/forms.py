"""Forms that several audiences share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.errors import GuardError, Missing

LONGEST_MESSAGE = 5000


class MessageForm(forms.Form):
    """A few words for the thread of an act."""

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def words(self) -> str:
        """Return the words; an empty message is refused by the operation itself.

        Raises:
            GuardError: too long, or not text.
        """
        text = str(self.data.get("text", ""))
        if not self.is_valid() or len(text) > LONGEST_MESSAGE:
            raise GuardError(
                _("This message is too long."),
                [Missing("R72", _("5,000 characters at most: the rest can follow"), _("You"), field="text")],
            )
        return str(self.cleaned_data["text"])
