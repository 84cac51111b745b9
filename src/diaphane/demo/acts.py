"""A few acts at different moments, played by the real operations, so that no page starts empty."""

from datetime import datetime, timedelta

from django.db import transaction

from diaphane.acquisition.operations import open_exam, schedule_exam, supervise_exam
from diaphane.acts.models import Act
from diaphane.conversations.operations import post_message
from diaphane.organisations.queries import list_rooms
from diaphane.requests.answering import answer_safety
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import (
    draft_request,
    save_draft,
    submit_request,
    take_request,
)
from diaphane.requests.prescribing import Order, validate_by_book
from diaphane.requests.protocol_book import list_in_force
from diaphane.requests.safety_models import SafetyAnswer

from .territory import get_patient, get_person_actor, get_structure

_COMMON = {
    "callback_phone": "01 99 00 10 15",
    "contact": "Joignable par le service des urgences, 01 99 00 10 15",
    "treating_physician_email": "helene.fabre@haute-lisiere.example",
    "distance_reason": "Pas de radiologue sur place à cette heure (convention de garde)",
    "prior_imaging": "Aucun examen antérieur connu",
    "previous_ionising": "Aucun acte ionisant connu dans les douze derniers mois",
    "information": ExamRequest.Information.GIVEN,
}
_STROKE_ANSWERS = {  # his wife answers, and does not know everything
    "creatinine": "84",
    "creatinine_days": "0",
    "acute_illness": "measured",
    "route": "intravenous",
    "kidneys": "none",
    "metformin": "unknown",
    "iodine_reaction": "unknown",
    "thyroid": "unknown",
}
_ABDOMEN_ANSWERS = {
    "creatinine": "62",
    "creatinine_days": "0",
    "acute_illness": "measured",
    "breastfeeding": "no",
    "route": "intravenous",
    "kidneys": "none",
    "metformin": "no",
    "iodine_reaction": "none",
    "thyroid": "none",
}
_STROKE = _COMMON | {
    "exam_code": "CT-STROKE",
    "question": "AVC ischémique ? Occlusion proximale accessible à une thrombectomie ?",
    "history": (
        "Aphasie et déficit du membre supérieur droit. Dernière fois vu sans déficit à 01 h 50. NIHSS 14."
    ),
    "antecedents": "Hypertension artérielle. Antécédents cardiaques mal connus de l’épouse.",
    "wanted_by": "Immédiat",
    "risks": "Implant cardiaque inconnu : IRM exclue tant que la référence n’est pas retrouvée",
    "biology": "Créatinine du jour : 84 µmol/L",
    "pregnancy": ExamRequest.Pregnancy.NOT_CONCERNED,
    "justification": "Déficit neurologique brutal de moins de 4 h 30, IRM non réalisable",
}
_ABDOMEN = _COMMON | {
    "exam_code": "CT-ABDOMEN",
    "question": "Appendicite aiguë ? Complication ?",
    "history": "Douleur de la fosse iliaque droite depuis 18 heures, fièvre à 38,4 °C, défense.",
    "antecedents": "Aucun",
    "wanted_by": "Dans l’heure",
    "risks": "Pas d’allergie connue",
    "biology": "CRP 96 mg/L, créatinine 62 µmol/L, β-hCG en attente",
    "pregnancy": ExamRequest.Pregnancy.POSSIBLE,
    "justification": "Suspicion d’appendicite, échographie non disponible la nuit",
}
_HEAD = _COMMON | {
    "exam_code": "CT-HEAD",
    "question": "Hémorragie intracrânienne ?",
    "history": "Chute de sa hauteur avec perte de connaissance brève, céphalées persistantes.",
    "antecedents": "Fibrillation auriculaire sous apixaban",
    "wanted_by": "Dans les deux heures",
    "risks": "Aucun connu",
    "biology": "Hémoglobine 12,9 g/dL",
    "pregnancy": ExamRequest.Pregnancy.NOT_CONCERNED,
    "justification": "Traumatisme crânien sous anticoagulant",
}


def play_current_acts(*, at: datetime) -> None:
    """Play the open acts of the night, unless they are there already."""
    if Act.objects.exists():
        return
    with transaction.atomic():
        _send(
            "martin.vasseur",
            _STROKE,
            Act.Urgency.VITAL,
            at - timedelta(minutes=6),
            answers=_STROKE_ANSWERS,
            informant=SafetyAnswer.Informant.RELATIVE,
        )
        _send(
            "lea.fontanel",
            _ABDOMEN,
            Act.Urgency.URGENT,
            at - timedelta(minutes=22),
            answers=_ABDOMEN_ANSWERS,
            informant=SafetyAnswer.Informant.PATIENT,
        )
        _plan(_send("odette.garnier", _HEAD, Act.Urgency.URGENT, at - timedelta(minutes=50)), at)


def _send(
    patient: str,
    values: dict[str, str],
    urgency: str,
    at: datetime,
    *,
    answers: dict[str, str] | None = None,
    informant: str = "",
) -> ExamRequest:
    requester = get_person_actor("camille.verdier")
    request = draft_request(
        patient=get_patient(patient), site=get_structure("saint_aubin"), by=requester, at=at
    )
    save_draft(request=request, values=values, urgency=urgency, by=requester, at=at)
    answer_safety(request=request, answers=answers or {}, informant=informant, by=requester, at=at)
    return submit_request(request=request, by=requester, at=at + timedelta(minutes=2))


def _plan(request: ExamRequest, at: datetime) -> None:
    """Bring the head injury to the scanner's door: validated, supervised, planned, link tested."""
    imageur, technologist = get_person_actor("ines.marchal"), get_person_actor("leo.bastien")
    taken = take_request(request=request, by=imageur, at=at - timedelta(minutes=40))
    post_message(
        act=taken.act,
        text="Heure de la dernière prise d’apixaban ?",
        by=imageur,
        at=at - timedelta(minutes=39),
    )
    post_message(
        act=taken.act,
        text="Hier à 20 h, d’après sa fille.",
        by=get_person_actor("camille.verdier"),
        at=at - timedelta(minutes=36),
    )
    book = list_in_force(site_id=taken.act.requesting_site_id, exam_code=taken.exam_code)
    validated = validate_by_book(
        request=taken,
        order=Order(protocol_id=book[0].pk),
        granted_urgency=Act.Urgency.URGENT,
        review_reason="",
        by=imageur,
        at=at - timedelta(minutes=34),
    )
    exam = open_exam(act=validated.act, at=at - timedelta(minutes=34))
    supervise_exam(exam=exam, by=imageur, at=at - timedelta(minutes=33))
    site = get_structure("saint_aubin")
    room = list_rooms(structure_id=site.pk, modality="CT")[0]
    schedule_exam(exam=exam, room=room, starts_at=at + timedelta(minutes=5), by=technologist, at=at)
