"""Take a request that a service sends for its prescriber, by the very steps of the form (R1, R4, R64–R69)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import connection, transaction
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.rights import may
from diaphane.organisations.queries import get_structure
from diaphane.patients.models import Patient, validate_phone

from .answering import answer_safety
from .catalogue import CATALOGUE
from .models import ExamRequest
from .operations import DRAFT_FIELDS, draft_request, save_draft, submit_request
from .order_models import OutsideOrder

LONGEST_TEXT = 5000


@dataclass(frozen=True)
class Order:
    """What was sent: the sender's number, the fields of the request, the answers to the safety questions."""

    number: str
    values: Mapping[str, str]
    urgency: str
    answers: Mapping[str, str]
    informant: str = ""

    @property
    def digest(self) -> str:
        """Return a mark of what it asks."""
        held = [self.urgency, self.informant, sorted(self.values.items()), sorted(self.answers.items())]
        return hashlib.sha256(json.dumps(held).encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """The request, and whether it is this call that made it."""

    request: ExamRequest
    is_new: bool


def order_exam(*, order: Order, patient: Patient, author: Actor, service: Actor, at: datetime) -> Taken:
    """Draft, fill, answer and send, all or nothing, as the prescriber; the same number is taken once.

    Raises:
        NotAllowedError: the service may not, or speaks for another site than its prescriber's.
        ConflictError: its number was used for something else.
        GuardError: a value is none, or something is missing, by the guards that stop the form.
    """
    site_id = service.structure_id
    if not may(service, "request.order") or site_id is None or author.structure_id != site_id:
        raise NotAllowedError(_("This service sends no request for this prescriber."))
    with transaction.atomic():
        _hold(f"order:{service.id}:{order.number}")
        known = OutsideOrder.objects.filter(service_id=service.id, number=order.number).first()
        if known is not None:
            if known.digest != order.digest or known.request.act.patient_id != patient.pk:
                raise ConflictError(_("This number was already used for another request."))
            return Taken(known.request, is_new=False)
        _refuse_wrong(order)
        request = draft_request(patient=patient, site=get_structure(site_id), by=author, at=at)
        save_draft(request=request, values=order.values, urgency=order.urgency, by=author, at=at)
        request = ExamRequest.objects.select_related("act__patient").get(pk=request.pk)
        answer_safety(request=request, answers=order.answers, informant=order.informant, by=author, at=at)
        sent = submit_request(request=request, by=author, at=at)
        OutsideOrder.objects.create(
            service_id=service.id, number=order.number, digest=order.digest, request=sent, received_at=at
        )
        note(sent.act, "request.received", subject_type="request", subject_id=sent.pk, by=service, at=at)
    return Taken(sent, is_new=True)


def _refuse_wrong(order: Order) -> None:
    """Refuse what the form's fields would not take, all of it at once. Raises GuardError."""
    wrong = [_refuse(name, _("No field of a request has this name.")) for name in _list_unknown(order.values)]
    for name in DRAFT_FIELDS:
        if refusal := _weigh(name, order.values.get(name, "")):
            wrong.append(_refuse(name, refusal))
    if order.urgency not in {"", *Act.Urgency.values}:
        wrong.append(_refuse("urgency", _("This is no urgency.")))
    if wrong:
        raise GuardError(_("Some values need to be looked at again."), wrong)


def _list_unknown(values: Mapping[str, str]) -> list[str]:
    return sorted(set(values) - set(DRAFT_FIELDS))


def _weigh(name: str, value: str) -> Text | None:
    """Say why a value is none; an empty one is left to the guards."""
    if not value:
        return None
    if name == "exam_code" and value not in CATALOGUE:
        return _("This exam is not in the catalogue.")
    try:
        if name == "callback_phone":
            validate_phone(value)
        MaxLengthValidator(LONGEST_TEXT)(value)
        field = ExamRequest._meta.get_field(name)
        if isinstance(field, Field):
            field.clean(value, None)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return None


def _refuse(name: str, words: Text) -> Missing:
    return Missing("R65", words, _("The requesting physician"), field=name)


def _hold(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
