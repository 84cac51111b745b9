"""The words of the past exam: a request, its report, and what the patient reads."""

from diaphane.reporting.models import Report
from diaphane.requests.models import ExamRequest

BRAIN_REQUEST: dict[str, str] = {
    "exam_code": "MR-STROKE",
    "question": "Accident ischémique transitoire ? Lésion récente ?",
    "history": "Faiblesse de la main droite, régressive en vingt minutes, ce matin. Examen d’entrée normal.",
    "antecedents": "Fibrillation auriculaire sous apixaban, hypertension artérielle",
    "wanted_by": "Dans la journée",
    "risks": "Pas d’implant ni de corps étranger métallique (interrogatoire et dossier)",
    "biology": "Créatinine du jour : 71 µmol/L",
    "implants": ExamRequest.Implants.NONE,
    "pregnancy": ExamRequest.Pregnancy.NOT_CONCERNED,
    "justification": "Suspicion d’accident ischémique transitoire de moins de 24 heures",
    "callback_phone": "01 99 00 10 15",
    "contact": "Joignable par le service des urgences, 01 99 00 10 15",
    "treating_physician_email": "helene.fabre@haute-lisiere.example",
    "distance_reason": "Pas de radiologue sur place le dimanche (convention de garde)",
    "prior_imaging": "Aucun examen antérieur connu",
    "previous_ionising": "Aucun acte ionisant connu dans les douze derniers mois",
    "information": ExamRequest.Information.GIVEN,
}

BRAIN_ANSWERS = {
    "metal_in_eye": "no",
    "shunt_valve": "no",
    "claustrophobia": "no",
    "on_skin": "no",
}
"""What she answered to the safety questions of the MRI."""

BRAIN_RESULTS = {
    "Diffusion (territoire, volume)": "Pas d’hypersignal en diffusion : pas de lésion ischémique récente.",
    "FLAIR (mismatch)": "Quelques hypersignaux de la substance blanche, banals à cet âge.",
    "T2*": "Pas de microsaignement.",
    "Occlusion": "Flux conservés dans les grosses artères de la base.",
    "Diagnostic différentiel": "Pas de processus expansif, pas d’hémorragie.",
}

BRAIN_REPORT: dict[str, object] = {
    "comparison": "Aucun examen antérieur disponible.",
    "conclusion": "Pas de lésion ischémique récente ni d’hémorragie. Aspect normal pour l’âge.",
    "next_step": "Avis neurologique dans les sept jours, poursuite de l’apixaban.",
    "criticality": Report.Criticality.NONE,
    "announcement": Report.Announcement.NOT_NEEDED,
    "patient_searched": (
        "Ce matin, votre main droite a manqué de force. Nous avons cherché pourquoi. "
        "Nous voulions voir si une partie du cerveau avait manqué de sang."
    ),
    "patient_found": (
        "Tout est normal pour votre âge. Nous ne voyons pas de trace d’un manque de sang. "
        "Nous ne voyons pas de sang hors des vaisseaux."
    ),
    "patient_next": (
        "Gardez votre traitement, comme avant. Vous verrez un neurologue dans les sept jours. "
        "Le service des urgences vous donne la date. Si la faiblesse revient, appelez le 15 tout de suite."
    ),
}
