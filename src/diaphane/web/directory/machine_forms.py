"""What is typed to let a machine in (R39, R46)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.scopes import SCOPES
from diaphane.accounts.services import DAYS, MOST_DAYS
from diaphane.kernel.actors import Actor
from diaphane.organisations.queries import list_grounds

KINDS = [
    ("service", _("Connected service: a DICOM tool, a RIS, an archive")),
    ("collector", _("Collector of traces: reads who did and saw what")),
    ("gateway", _("Gateway of a site: it asks for a code, once")),
]
SCOPE_WORDS = {
    "dicomweb.read": _("Search and read images"),
    "dicomweb.store": _("Send images"),
    "worklist": _("Read the worklist"),
    "requests.write": _("Send requests for the site’s prescribers"),
    "trace.read": _("Read traces"),
    "gateway": _("All that gateways do"),
}


@dataclass(frozen=True)
class Opened:
    """What is shown once: a token and its end, or a gateway's code."""

    label: str
    secret: str
    expires_at: datetime | None = None
    is_code: bool = False
    is_next: bool = False


class MachineForm(forms.Form):
    """Which machine, at which structure, for what, for how long."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, widget=forms.RadioSelect)
    label = forms.CharField(
        label=_("Its name"), max_length=120, help_text=_("As traces will name it: « PACS of the CT unit »")
    )
    structure = forms.ChoiceField(label=_("Structure"))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do (for a service)"),
        choices=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("Days that its token lasts"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=DAYS,
        help_text=_("From one day to one year. A gateway renews its own."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [(str(each.pk), each.name) for each in list_grounds(actor)]
        self.fields["structure"].choices = grounds  # type: ignore[attr-defined]
        self.fields["structure"].initial = str(actor.structure_id)
        if len(grounds) == 1:
            self.fields["structure"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask what a service is for: without a scope its token would open nothing."""
        given = super().clean() or {}
        if given.get("kind") == "service" and not given.get("scopes"):
            self.add_error("scopes", _("Say what the service may do."))
        return given
