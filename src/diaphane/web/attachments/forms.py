"""What is said of a document that is attached to a request."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.requests.models import Attachment
from diaphane.web.acts.forms import choice, text
from diaphane.web.directory.forms import document, read_bytes


class AttachForm(forms.Form):
    """A document, what it is, and a few words; what is owed is said by the operation."""

    kind = choice(_("What it is"), Attachment.Kind.choices)
    words = text(_("In a few words"), longest=200)
    document = document(is_required=False)

    def read(self) -> dict[str, object]:
        """Return what the operation takes."""
        given = self.cleaned_data
        return {
            "kind": given["kind"],
            "words": given["words"],
            "document": read_bytes(given.get("document")),
        }


class WithdrawForm(forms.Form):
    """Why a document should not be there."""

    withdrawn_reason = text(_("Why it should not be there"), longest=300)
