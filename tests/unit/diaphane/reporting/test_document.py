"""Check the signed document: complete (R92, R93), archivable, inert and repeatable."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from diaphane.reporting.document import (
    ContrastInjection,
    Dose,
    DoseMeasure,
    DoseQuantity,
    IdentityStatus,
    ReplacedVersion,
    ReportDocument,
    ResultSection,
    Version,
    VersionKind,
    render_report,
)

from .samples import PATIENT, REPORT, SPARSE, TECHNIQUE, at


@cache
def read_pages(document: ReportDocument) -> list[str]:
    pages = PdfReader(BytesIO(render_report(document))).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def read_text(document: ReportDocument) -> str:
    return " ".join(read_pages(document))


@pytest.mark.parametrize(
    "item",
    [
        "MARCHAND-LESCURE Émilienne",
        "LESCURE",
        "Émilienne, Jeanne, Zoé",
        "Féminin",
        "1er juin 1954",
        "254069999900193 (NIR), identité qualifiée",
        "CH de Saint-Aubin-sur-Lisière, urgences",
        "Site de réalisation",
        "Structure d’interprétation",
        "Imagerie Haute-Lisière",
        "LIS26001447",
        "Télé-imagerie : télédiagnostic",
        "TDM cérébrale et angio-TDM des TSA",
        "Examen du 22 novembre 2026",
        "NIHSS : 14",
        "apixaban 5 mg",
        "TDM cérébrale du 4 mars 2022",
        "Scanner Lisière 128 coupes",
        "Hélice cérébrale sans injection",
        "Ioméprol 400 mgI/mL, lot L24-7781, 70 mL, voie veineuse périphérique",
        "pas de réaction signalée",
        "IDSV (CTDIvol) : 48,3 mGy",
        "1 204 mGy·cm",
        "Occlusion du segment M1 gauche",
        "ASPECTS 8",
        "Transfert vers l’UNV",
        "urgentiste de garde, poste 4112",
        "Relu et confirmé",
        "Dr Armelle Vasseur RPPS 99900000018",
        "Théo Garrigue",
        "Manipulateur (MERM) 99900000034",
        "Dr Hélène Morvan Radiologue, lecture à distance 99900000026 Imagerie Haute-Lisière",
        "22 novembre 2026 à 02:36",
        "22 novembre 2026 à 02:41",
        "22 novembre 2026 à 02:52",
        "22 novembre 2026 à 03:03",
        "Signé le 22 novembre 2026 à 03:31",
        "Aucun incident signalé",
        "Ce que nous cherchions",
        "Ce que nous avons trouvé",
        "La suite",
        "code à usage unique (TOTP)",
        "Version 1",
        "Dr Paul Estève, médecin traitant",
    ],
)
def test_the_report_prints_every_item_that_r92_and_r93_ask_for(item: str) -> None:
    assert item in read_text(REPORT)


def test_each_page_carries_patient_accession_version_and_page_number() -> None:
    long = replace(REPORT, results=(ResultSection(title="Long", text="Une ligne.\n" * 150),))
    pages = read_pages(long)
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "MARCHAND-LESCURE Émilienne, née le 01/06/1954" in page
        assert f"Examen LIS26001447 · Version 1 · page {number}/{len(pages)}" in page


def test_a_ct_without_dose_says_so_for_each_quantity() -> None:
    text = read_text(SPARSE)
    assert "IDSV (CTDIvol) : dose non transmise par l’appareil" in text
    assert "PDL (produit dose × longueur) : dose non transmise par l’appareil" in text


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        (Dose(modality="MR"), "Examen non irradiant"),
        (Dose(modality="DX"), "PDS (produit dose × surface) : dose non transmise par l’appareil"),
        (Dose(modality="OT"), "Dose non transmise par l’appareil"),
        (
            Dose(modality="DX", measures=(DoseMeasure(quantity=DoseQuantity.DAP, value=Decimal("182.50")),)),
            "PDS (produit dose × surface) : 182,50 mGy·cm²",
        ),
        (
            Dose(
                modality="NM",
                measures=(
                    DoseMeasure(
                        quantity=DoseQuantity.ADMINISTERED_ACTIVITY,
                        value=Decimal("740"),
                        detail="99mTc-HMDP, voie veineuse",
                    ),
                ),
            ),
            "Activité administrée : 740 MBq (99mTc-HMDP, voie veineuse)",
        ),
    ],
)
def test_the_dose_is_never_silently_absent(dose: Dose, said: str) -> None:
    assert said in read_text(replace(REPORT, technique=replace(TECHNIQUE, dose=dose)))


def test_what_is_not_known_is_named_as_not_recorded() -> None:
    text = read_text(SPARSE)
    assert "Indication Non renseigné" in text
    assert "Médecin demandeur Non renseigné RPPS non renseigné" in text
    assert "Date de naissance Non renseigné" in text
    assert "Aucun examen comparatif disponible" in text
    assert "Produit injecté Aucun produit injecté" in text
    assert "Aucun résultat communiqué de vive voix" in text
    assert "Ce que nous avons trouvé Non renseigné" in text
    assert text.count("Non renseigné") >= 12


@pytest.mark.parametrize("status", [s for s in IdentityStatus if s is not IdentityStatus.QUALIFIED])
def test_the_ins_of_an_identity_that_is_not_qualified_is_not_printed(status: IdentityStatus) -> None:
    text = read_text(replace(REPORT, patient=replace(PATIENT, identity_status=status)))
    assert PATIENT.ins not in text
    assert status.value.capitalize() in text


def test_a_corrected_version_says_what_it_replaces_and_why() -> None:
    old = ReplacedVersion(
        number=1, signed_at=at(2, 31), signed_by="Dr Hélène Morvan", reason="Nodule pulmonaire de 9 mm omis"
    )
    text = read_text(replace(REPORT, version=Version(number=2, kind=VersionKind.CORRECTED, replaces=old)))
    assert "Compte rendu rectifié · Version 2" in text
    assert "Remplace la version 1, signée par Dr Hélène Morvan le 22 novembre 2026 à 03:31" in text
    assert "Motif : Nodule pulmonaire de 9 mm omis" in text


def test_an_addendum_completes_and_does_not_replace() -> None:
    old = ReplacedVersion(number=1, signed_at=at(2, 31), signed_by="Dr Hélène Morvan", reason="")
    text = read_text(replace(REPORT, version=Version(number=2, kind=VersionKind.ADDENDUM, replaces=old)))
    assert "Complète la version 1" in text
    assert "Motif : non renseigné" in text


def test_an_injection_names_each_missing_item() -> None:
    bare = replace(TECHNIQUE, injections=(ContrastInjection(product="Gadotérate"),))
    text = read_text(replace(REPORT, technique=bare))
    assert (
        "Gadotérate, lot non renseigné, volume non renseigné, voie non renseignée, heure non renseignée"
        in text
    )


def test_incidents_replace_the_sentence_that_there_was_none() -> None:
    text = read_text(replace(REPORT, incidents=("Coupure de la liaison de 02:58 à 03:01",)))
    assert "Coupure de la liaison de 02:58 à 03:01" in text
    assert "Aucun incident" not in text


def test_the_file_is_a_tagged_pdf_a_in_french_titled_without_the_patient_s_name() -> None:
    reader = PdfReader(BytesIO(render_report(REPORT)))
    packet = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert reader.root_object["/Lang"] == "fr-FR"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    title = reader.metadata.title
    assert title == "Compte rendu\u00a0: TDM cérébrale et angio-TDM des TSA, examen LIS26001447, version 1"
    assert reader.metadata.creation_date == datetime(2026, 11, 22, 2, 31, tzinfo=UTC)


HOSTILE = (
    '#panic("no") $x^2$ @nobody *bold* _it_ <label> `raw` \\ // comment /* */ ~ https://example.org '
    '#import "x" #sys.inputs = Title #read("/etc/passwd")'
)


def test_markup_in_any_value_is_printed_as_it_is() -> None:
    hostile = replace(
        REPORT,
        conclusion=HOSTILE,
        act_label="IRM #v(99cm) $",
        patient=replace(PATIENT, used_name="#emph[x]"),
        results=(ResultSection(title="= #x", text=HOSTILE),),
        incidents=(HOSTILE,),
    )
    text = read_text(hostile)
    assert text.count(HOSTILE) == 3
    assert "IRM #v(99cm) $" in text
    assert "#EMPH[X] Émilienne" in text
    assert "= #x" in text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("nom 漢字", "nom [U+6F22][U+5B57]"),
        ("humeur 😀", "humeur [U+1F600]"),
        ("nul \x00 et \x07", "nul [U+0000] et [U+0007]"),
        ("privé \ue000", "privé [U+E000]"),
        ("demi \ud83d", "demi [U+D83D]"),
        ("sens \u202einverse", "sens [U+202E]inverse"),
    ],
)
def test_a_character_without_glyph_neither_stops_the_signature_nor_vanishes(
    written: str, printed: str
) -> None:
    assert printed in read_text(replace(REPORT, conclusion=written))


def test_line_breaks_and_dashes_of_free_text_are_kept() -> None:
    document = replace(REPORT, conclusion="Un.\r\nDeux.\n\n- premier\n- second")
    pages = PdfReader(BytesIO(render_report(document))).pages
    lines = [line.strip() for page in pages for line in page.extract_text().splitlines()]
    start = lines.index("Un.")
    assert [line.replace("\u00a0", " ") for line in lines[start : start + 4]] == [
        "Un.",
        "Deux.",
        "– premier",
        "– second",
    ]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_report(REPORT) == render_report(replace(REPORT))


def test_another_signing_instant_gives_another_file() -> None:
    later = replace(REPORT, signature=replace(REPORT.signature, at=at(2, 32)))
    assert render_report(later) != render_report(REPORT)
