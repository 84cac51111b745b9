"""Build fictitious report documents for the tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from diaphane.reporting.document import (
    Communication,
    ContrastInjection,
    Dose,
    DoseMeasure,
    DoseQuantity,
    IdentityStatus,
    Patient,
    PatientSummary,
    Professional,
    ReportDocument,
    ResultSection,
    Sex,
    Signature,
    StepTimes,
    Structure,
    Technique,
    Version,
)


def at(hour: int, minute: int) -> datetime:
    """Return an instant of the night of the sample exam, in UTC (winter: Paris is one hour ahead)."""
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)


PATIENT = Patient(
    birth_name="Lescure",
    used_name="Marchand-Lescure",
    first_birth_name="Émilienne",
    birth_first_names="Émilienne, Jeanne, Zoé",
    birth_date=date(1954, 6, 1),
    birth_place="Rochefontaine (99999)",
    sex=Sex.FEMALE,
    ins="254069999900193",
    identity_status=IdentityStatus.QUALIFIED,
)

TECHNIQUE = Technique(
    device="Scanner Lisière 128 coupes, salle 1, n° 12-4471",
    acquisitions="Hélice cérébrale sans injection, puis angio-TDM des TSA et du polygone de Willis.",
    injections=(
        ContrastInjection(
            product="Ioméprol 400 mgI/mL",
            batch="L24-7781",
            volume_ml=Decimal("70"),
            route="voie veineuse périphérique",
            at=at(1, 58),
        ),
    ),
    dose=Dose(
        modality="CT",
        measures=(
            DoseMeasure(quantity=DoseQuantity.CTDI_VOL, value=Decimal("48.3"), detail="tête, fantôme 16 cm"),
            DoseMeasure(quantity=DoseQuantity.DLP, value=Decimal("1204"), detail="total"),
        ),
    ),
    quality="Bonne, légers artéfacts de mouvement.",
)

REPORT = ReportDocument(
    accession_number="LIS26001447",
    act_kind="Télé-imagerie : télédiagnostic",
    act_label="TDM cérébrale et angio-TDM des TSA",
    urgency="Urgence vitale",
    patient=PATIENT,
    requesting_structure=Structure(
        name="CH de Saint-Aubin-sur-Lisière, urgences",
        finess="990000018",
        address="2 chemin des Tilleuls, 99120 Saint-Aubin-sur-Lisière",
        phone="09 99 00 01 12",
    ),
    requesting_physician=Professional(
        name="Dr Armelle Vasseur", role="Médecin demandeur", rpps="99900000018"
    ),
    performing_site=Structure(
        name="CH de Saint-Aubin-sur-Lisière",
        address="Scanner, rez-de-chaussée",
        phone="09 99 00 01 30",
    ),
    reading_structure=Structure(
        name="Imagerie Haute-Lisière",
        finess="990000026",
        address="1 place du Marché, 99000 Rochefontaine",
        phone="09 99 00 02 00",
    ),
    indication="Déficit brutal de l'hémicorps droit et aphasie.\nVue sans déficit à 23:40. NIHSS : 14.",
    antecedents="- Fibrillation atriale, apixaban 5 mg x 2\n- Hypertension artérielle\n- Aucune allergie",
    comparison="TDM cérébrale du 4 mars 2022 (centre d'imagerie de Valcourt).",
    technique=TECHNIQUE,
    results=(
        ResultSection(
            title="Hémorragie",
            text="Pas d'hémorragie intra-parenchymateuse ; pas d'hémorragie sous-arachnoïdienne.",
        ),
        ResultSection(
            title="ASPECTS / territoire",
            text="Effacement du ruban insulaire gauche et du noyau lenticulaire : ASPECTS à 8.",
        ),
        ResultSection(title="Occlusion (siège)", text="Occlusion du segment M1 gauche, sur 9 mm."),
        ResultSection(
            title="TSA et crosse",
            text="Plaque calcifiée du bulbe carotidien gauche, sténose estimée à 40 % (NASCET).",
        ),
    ),
    conclusion="Occlusion proximale de l'artère cérébrale moyenne gauche (M1), ASPECTS 8.\nPas d'hémorragie.",
    next_step="Transfert vers l'UNV de Rochefontaine pour thrombectomie, déjà convenu avec le NRI.",
    communications=(
        Communication(
            to_name="Dr Armelle Vasseur",
            to_function="urgentiste de garde, poste 4112",
            by_name="Dr Hélène Morvan",
            channel="par téléphone",
            at=at(2, 14),
            read_back=True,
            text="Occlusion M1 gauche, pas d'hémorragie.",
        ),
    ),
    professionals=(
        Professional(
            name="Dr Armelle Vasseur",
            role="Médecin demandeur, médecin de proximité",
            rpps="99900000018",
            site="CH de Saint-Aubin-sur-Lisière",
        ),
        Professional(
            name="Théo Garrigue",
            role="Manipulateur (MERM)",
            rpps="99900000034",
            site="CH de Saint-Aubin-sur-Lisière",
        ),
        Professional(
            name="Dr Hélène Morvan",
            role="Radiologue, lecture à distance",
            rpps="99900000026",
            site="Imagerie Haute-Lisière",
        ),
    ),
    times=StepTimes(requested_at=at(1, 36), validated_at=at(1, 41), started_at=at(1, 52), ended_at=at(2, 3)),
    for_patient=PatientSummary(
        searched="Nous cherchions pourquoi vous ne pouviez plus parler ni bouger le bras droit.",
        found="Un caillot bouche une artère du cerveau, à gauche. Il n'y a pas de saignement.",
        next_step="Une équipe vous attend à Rochefontaine pour retirer ce caillot. Vos proches le savent.",
    ),
    signature=Signature(
        signed_by="Dr Hélène Morvan",
        rpps="99900000026",
        at=at(2, 31),
        second_factor="code à usage unique (TOTP), vérifié à 03:31",
    ),
    version=Version(number=1),
    recipients=("Dr Armelle Vasseur, demandeur", "Dr Paul Estève, médecin traitant"),
)

SPARSE = replace(
    REPORT,
    urgency="",
    indication="",
    antecedents="",
    comparison="",
    communications=(),
    recipients=(),
    next_step="",
    requesting_physician=Professional(name="", role="Médecin demandeur"),
    patient=replace(PATIENT, identity_status=IdentityStatus.PROVISIONAL, birth_date=None, used_name=""),
    technique=Technique(device="", acquisitions="", dose=Dose(modality="CT")),
    times=StepTimes(requested_at=None, validated_at=None, started_at=None, ended_at=None),
    for_patient=PatientSummary(searched="", found="", next_step=""),
)
