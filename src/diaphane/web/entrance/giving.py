"""A site gives a patient their access: a document seen, an address, a sheet printed at once (R40, R46)."""

import base64
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from qrcode import QRCode
from qrcode.image.svg import SvgPathImage

from diaphane.accounts.queries import find_access_sheet, find_last_link
from diaphane.accounts.sheets import Given, revoke_sheet
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import get_structure
from diaphane.patients.inviting import invite_patient
from diaphane.patients.models import IdentityProof, Patient
from diaphane.patients.queries import get_patient
from diaphane.web.roles import needs

_DOCUMENTS = [each for each in IdentityProof.Kind.choices if each[0] != IdentityProof.Kind.INSI]


class GiveForm(forms.Form):
    """What was seen, and where the mail goes."""

    document = forms.ChoiceField(
        label=_("Identity document that you have seen, the patient in front of you"),
        choices=_DOCUMENTS,
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=_("Patient's own e-mail address"),
        help_text=_("Read it back. The mail holds a link and nothing else; the link alone opens nothing."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("patient.invite")
@sensitive_variables("given")
def give(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the access of a patient and the form of a new one; make it, and show the sheet this once."""
    actor = require_actor(request)
    patient = get_patient(patient_id, actor=actor)
    form = GiveForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, patient, form, status=422 if request.method == "POST" else 200)
    try:
        given = invite_patient(patient=patient, **form.cleaned_data, by=actor, at=now())
    except (ConflictError, GuardError) as error:
        form.add_error(None, str(error))
        return _show(request, patient, form, status=error.status_code)
    return _print(request, patient, given)


@require_POST
@needs("patient.invite")
def revoke(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """End an access."""
    actor = require_actor(request)
    revoke_sheet(patient_id=get_patient(patient_id, actor=actor).pk, by=actor, at=now())
    return redirect("entrance:give", patient_id=patient_id)


def draw_code(address: str) -> str:
    """Return the QR code of an address, as the address of a picture that the page itself holds."""
    code = QRCode(border=0)
    code.add_data(address)
    drawn = code.make_image(image_factory=SvgPathImage).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"


def _show(request: HttpRequest, patient: Patient, form: GiveForm, *, status: int) -> HttpResponse:
    sheet = find_access_sheet(patient.pk)
    context = {
        "patient": patient,
        "form": form,
        "access": sheet,
        "document": IdentityProof.Kind(sheet.document).label if sheet else "",
        "mail": find_last_link(sheet) if sheet else None,
    }
    return render(request, "entrance/give.html", context, status=status)


def _print(request: HttpRequest, patient: Patient, given: Given) -> HttpResponse:
    address = f"{settings.BASE_URL}{reverse('entrance:enter')}"
    context = {
        "patient": patient,
        "given": given,
        "address": address,
        "picture": draw_code(address),
        "site": get_structure(given.sheet.structure_id),
    }
    return render(request, "entrance/sheet.html", context, status=201)
