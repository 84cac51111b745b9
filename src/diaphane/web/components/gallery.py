"""The gallery: every component on one page, with invented content."""

from datetime import date, timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.kernel.errors import Missing

TONES = ("plain", "glass", "good", "note", "care", "stop")
URGENCIES = ("vital", "urgent", "delayed", "scheduled")


class GalleryForm(forms.Form):
    """One field of each kind."""

    question = forms.CharField(
        label=_("Clinical question"),
        help_text=_("What do you expect from this exam? One sentence is enough."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    region = forms.CharField(label=_("Region explored"))
    modality = forms.ChoiceField(label=_("Modality"), choices=[("", "—"), ("CT", _("CT")), ("MR", _("MRI"))])
    wished = forms.DateField(
        label=_("Wished date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pregnancy = forms.ChoiceField(
        label=_("Pregnancy"),
        choices=[("no", _("Excluded")), ("yes", _("Known")), ("unknown", _("Not documented"))],
        widget=forms.RadioSelect,
    )
    informed = forms.BooleanField(label=_("The patient was informed and agrees to be read at a distance"))


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component, its states and its tones."""
    return render(request, "components/gallery.html", {"tones": TONES, "urgencies": URGENCIES, **_invented()})


def _invented() -> dict[str, object]:
    now = timezone.localtime()
    entry = SimpleNamespace(actor_label="Dr Anaïs Moreau", occurred_at=now - timedelta(hours=2))
    duty = SimpleNamespace(
        requirement="R100", reason=_("Tell the patient afterwards"), due_at=now + timedelta(hours=20)
    )
    return {
        "now": now,
        "earlier": now - timedelta(minutes=41),
        "form": GalleryForm(initial={"pregnancy": "no", "wished": now.date()}),
        "refused_form": GalleryForm({"region": "Crâne", "modality": "PET"}),
        "patient": SimpleNamespace(
            display_name="LEFEUVRE Odette",
            birth_name="Marchand",
            used_name="Lefeuvre",
            birth_date=date(1953, 4, 17),
            get_sex_display=_("Female"),
            ins="253047800608431",
            identity_status="qualified",
            get_identity_status_display=_("Qualified identity"),
        ),
        "missing": [
            Missing("R57", _("The patient's consent to be read at a distance"), Role.TECHNOLOGIST.label),
            Missing("R66", _("The clinical question"), Role.REQUESTING_PHYSICIAN.label, field="question"),
        ],
        "ledger": [
            SimpleNamespace(
                requirement="R68", title=_("Clinical question stated"), status="satisfied", entry=entry
            ),
            SimpleNamespace(
                requirement="R100", title=_("Patient told of the result"), status="owed", duty=duty
            ),
            SimpleNamespace(requirement="R92", title=_("Report signed"), status="ahead", step=_("Sign")),
        ],
        "duty": duty,
        "tabs": [
            {"label": _("To validate"), "href": "?", "is_current": True, "count": 3},
            {"label": _("To read"), "href": "?", "is_current": False, "count": 1},
            {"label": _("Signed"), "href": "?", "is_current": False, "count": None},
        ],
    }
