"""What is typed to let a system of the hospital in, or to dismiss a message."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.admissions.models import Peer
from diaphane.web.acts.forms import text
from diaphane.web.identities.forms import LONGEST_REASON, ReasonForm

if TYPE_CHECKING:
    _PeerModelForm = forms.ModelForm[Peer]
else:  # the class takes its parameter in the stubs only
    _PeerModelForm = forms.ModelForm


class DismissForm(ReasonForm):
    """Why a message is let go."""

    reason = text(_("Why"), longest=LONGEST_REASON)


class PeerForm(_PeerModelForm):
    """Where a system of the hospital calls from, and what its messages name."""

    class Meta:
        model = Peer
        fields = ("label", "address", "application", "facility", "authority", "certificate")
        labels = {
            "label": _("Its name"),
            "address": _("Address it calls from (IP)"),
            "application": _("Sending application (MSH-3)"),
            "facility": _("Sending facility (MSH-4)"),
            "authority": _("Authority of the patients’ numbers (PID-3.4)"),
            "certificate": _("Fingerprint of its certificate (SHA-256)"),
        }
        help_texts = {
            "label": _("As traces will name it: « Admissions software »"),
            "authority": _("The namespace or the OID whose numbers are those of your site (IPP)."),
            "certificate": _("Under TLS: the only certificate under which it is believed."),
        }
