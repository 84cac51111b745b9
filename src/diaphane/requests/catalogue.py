"""The exams that can be asked for at a distance, and those that never are, with the reason (R1, R4).

Codes are ours; LOINC and CCAM codes are added when they are verified. ``sections`` are the headings
of *Résultats* in the report template.
"""

from dataclasses import dataclass

from .anatomy import SPINE, WHOLE_BODY, SeriesKind, Zone

IONISING = frozenset({"CT", "CR", "DX", "MG", "NM", "PT", "RF", "XA"})
"""Modalities that irradiate (PS3.3 C.7.3.1.1.1)."""


@dataclass(frozen=True)
class CatalogueExam:
    """One exam: its code, French label, modality, whether it irradiates or is injected, its sections.

    ``zones`` are the parts of the body that its images may show; ``sequences`` the kinds of series that its
    protocol asks for beside what every exam of its modality has (``series``).
    ``refused_by`` holds the requirement that keeps it out of remote interpretation, if any;
    ``is_injected`` says that it is made with contrast by nature: an empty prescription is then pointed at.
    Labels and headings are French by nature: they are the words of the report (R91).
    """

    code: str
    label: str
    modality: str
    region: str
    zones: frozenset[Zone]
    minutes: int
    sections: tuple[str, ...] = ()
    sequences: tuple[SeriesKind, ...] = ()
    refused_by: str = ""
    is_injected: bool = False

    @property
    def is_magnetic(self) -> bool:
        """Say whether implants are asked for before this exam (R85)."""
        return self.modality == "MR"

    @property
    def is_ionising(self) -> bool:
        """Say whether R68 applies."""
        return self.modality in IONISING

    @property
    def series(self) -> tuple[SeriesKind, ...]:
        """Return the kinds of series that the images are expected to hold."""
        if self.modality != "CT":
            return self.sequences
        injected = (SeriesKind.CONTRAST,) if self.is_injected else ()
        return (SeriesKind.LOCALIZER, SeriesKind.AXIAL, *injected, *self.sequences)


_EXAMS = (
    CatalogueExam(
        "CT-HEAD",
        "TDM cérébrale sans injection",
        "CT",
        "Encéphale",
        frozenset({Zone.HEAD}),
        15,
        (
            "Parenchyme et hémorragie",
            "Espaces sous-arachnoïdiens et sous-duraux",
            "Ventricules et ligne médiane",
            "Citernes et fosse postérieure",
            "Os et scalp",
            "Sinus",
        ),
    ),
    CatalogueExam(
        "CT-STROKE",
        "TDM cérébrale et angio-TDM des TSA et du polygone (AVC)",
        "CT",
        "Encéphale et cou",
        frozenset({Zone.HEAD, Zone.NECK, Zone.CHEST}),
        20,
        (
            "Hémorragie",
            "ASPECTS / territoire",
            "Occlusion (siège)",
            "Collatérales",
            "TSA et crosse",
            "Perfusion",
            "Contre-indications d’imagerie à la thrombolyse",
        ),
        is_injected=True,
    ),
    CatalogueExam(
        "MR-STROKE",
        "IRM cérébrale (AVC)",
        "MR",
        "Encéphale",
        frozenset({Zone.HEAD, Zone.NECK}),
        25,
        (
            "Diffusion (territoire, volume)",
            "FLAIR (mismatch)",
            "T2*",
            "Occlusion",
            "Perfusion",
            "Diagnostic différentiel",
        ),
        sequences=(
            SeriesKind.DIFFUSION,
            SeriesKind.FLAIR,
            SeriesKind.T2_STAR,
            SeriesKind.TIME_OF_FLIGHT,
        ),
    ),
    CatalogueExam(
        "MR-VENOUS",
        "IRM ou angio-TDM veineuse cérébrale",
        "MR",
        "Encéphale",
        frozenset({Zone.HEAD}),
        30,
        ("Sinus et veines", "Parenchyme", "Méninges", "Artères"),
    ),
    CatalogueExam(
        "CT-HEAD-CHILD",
        "TDM cérébrale de l’enfant (traumatisme)",
        "CT",
        "Encéphale",
        frozenset({Zone.HEAD}),
        15,
        ("Fractures", "Hématomes", "Parenchyme", "Signes de maltraitance"),
    ),
    CatalogueExam(
        "CT-FACE",
        "TDM du massif facial et des orbites",
        "CT",
        "Face",
        frozenset({Zone.HEAD}),
        15,
        ("Tiers supérieur, moyen et inférieur", "Orbites", "Sinus", "Articulé"),
    ),
    CatalogueExam(
        "CT-CSPINE",
        "TDM du rachis cervical traumatique",
        "CT",
        "Rachis cervical",
        frozenset({Zone.NECK, Zone.CERVICAL_SPINE}),
        15,
        ("Alignement", "Corps", "Arcs et articulaires", "Charnière C0–C2", "Canal", "Parties molles"),
    ),
    CatalogueExam(
        "CT-TLSPINE",
        "TDM du rachis thoraco-lombaire",
        "CT",
        "Rachis thoraco-lombaire",
        frozenset({Zone.THORACIC_SPINE, Zone.LUMBAR_SPINE}),
        15,
        ("Étages", "Type AO", "Mur postérieur", "Canal"),
    ),
    CatalogueExam(
        "MR-CORD",
        "IRM médullaire ou de la queue de cheval",
        "MR",
        "Rachis",
        SPINE,
        40,
        ("Niveau", "Compression", "Signal médullaire", "Étiologie"),
    ),
    CatalogueExam(
        "CT-POLYTRAUMA",
        "TDM corps entier du polytraumatisé",
        "CT",
        "Corps entier",
        WHOLE_BODY,
        30,
        (
            "Bilan à 5 minutes",
            "Encéphale",
            "Rachis",
            "Thorax",
            "Abdomen",
            "Bassin",
            "Vaisseaux",
            "Saignement actif",
        ),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-PE",
        "Angio-TDM thoracique (embolie pulmonaire)",
        "CT",
        "Thorax",
        frozenset({Zone.CHEST}),
        15,
        (
            "Qualité d’opacification",
            "Artères (siège proximal)",
            "Retentissement VD (VD/VG)",
            "Parenchyme",
            "Plèvre",
        ),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-AORTA",
        "Angio-TDM de l’aorte (syndrome aortique)",
        "CT",
        "Aorte",
        frozenset({Zone.CHEST, Zone.ABDOMEN, Zone.PELVIS}),
        20,
        ("Type (Stanford)", "Porte d’entrée", "Extension", "Malperfusion", "Péricarde", "Rupture"),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-CHEST",
        "TDM thoracique",
        "CT",
        "Thorax",
        frozenset({Zone.CHEST}),
        15,
        ("Parenchyme", "Plèvre et pneumothorax", "Médiastin", "Paroi"),
    ),
    CatalogueExam(
        "CT-ABDOMEN",
        "TDM abdomino-pelvienne injectée",
        "CT",
        "Abdomen et pelvis",
        frozenset({Zone.ABDOMEN, Zone.PELVIS}),
        20,
        (
            "Foie, voies biliaires, pancréas",
            "Rate, reins, surrénales",
            "Tube digestif et appendice",
            "Péritoine (gaz, épanchement)",
            "Vaisseaux",
            "Pelvis",
            "Os",
        ),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-COLIC",
        "TDM sans injection (colique néphrétique)",
        "CT",
        "Abdomen et pelvis",
        frozenset({Zone.ABDOMEN, Zone.PELVIS}),
        15,
        ("Calcul (taille, siège, densité)", "Dilatation", "Signes d’infection", "Diagnostic différentiel"),
    ),
    CatalogueExam(
        "CT-BOWEL",
        "TDM pour occlusion ou perforation",
        "CT",
        "Abdomen et pelvis",
        frozenset({Zone.ABDOMEN, Zone.PELVIS}),
        20,
        ("Siège", "Mécanisme", "Souffrance pariétale", "Pneumopéritoine", "Hernies"),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-MESENTERIC",
        "Angio-TDM abdominale",
        "CT",
        "Abdomen et pelvis",
        frozenset({Zone.ABDOMEN, Zone.PELVIS}),
        20,
        ("Axes", "Paroi", "Saignement actif", "Viscères"),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-LEG-ARTERIES",
        "Angio-TDM des membres inférieurs (ischémie aiguë)",
        "CT",
        "Membres inférieurs",
        frozenset({Zone.ABDOMEN, Zone.PELVIS, Zone.LOWER_LIMB}),
        20,
        ("Occlusion", "Lit d’aval", "Aorte"),
        is_injected=True,
    ),
    CatalogueExam(
        "CT-HIP",
        "TDM du bassin, de la hanche ou articulaire",
        "CT",
        "Bassin",
        frozenset({Zone.PELVIS, Zone.LOWER_LIMB, Zone.UPPER_LIMB}),
        15,
        ("Trait", "Déplacement", "Articulation", "Parties molles"),
    ),
    CatalogueExam("MAMMOGRAPHY", "Mammographie", "MG", "Sein", frozenset({Zone.BREAST}), 0, refused_by="R1"),
    CatalogueExam("ULTRASOUND", "Échographie", "US", "Toute région", WHOLE_BODY, 0, refused_by="R4"),
)

CATALOGUE: dict[str, CatalogueExam] = {exam.code: exam for exam in _EXAMS}
