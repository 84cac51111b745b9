"""What a link of a mail asks for: its key, which never leaves the browser in an address, and a code (R39)."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MailedLinkForm(forms.Form):
    """The key, which the page's script takes from the address; whoever asks adds the code."""

    key = forms.CharField(
        label=_("Link of the mail"),
        max_length=300,
        help_text=_("Copy the whole link that you received."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Open the link from the mail that you received, or copy it here.")},
    )

    def clean_key(self) -> str:
        """Return the key alone, where the whole link was copied."""
        return str(self.cleaned_data["key"]).rpartition("#")[2]


class CodeInput(forms.TextInput):
    """Where a code of letters and digits is typed, said aloud or printed."""

    def __init__(self, *, autocomplete: str) -> None:
        super().__init__(
            {"autocomplete": autocomplete, "autocapitalize": "characters", "spellcheck": "false"}
        )
