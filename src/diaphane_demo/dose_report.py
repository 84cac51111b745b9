"""Make the dose report of the demo CT: an X-Ray Radiation Dose SR of a localizer and a helix (TID 10011)."""

from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.coding import Code
from pydicom.uid import XRayRadiationDoseSRStorage

from diaphane_demo.ct import CTDI_VOL_MGY, HEAD_PHANTOM, SCAN_LENGTH_CM
from diaphane_demo.series import make_study, save, stable_uid

LOCALIZER_CTDI_VOL_MGY, LOCALIZER_LENGTH_CM = 0.1, 25.0
MOMENT = "20260101000000"
"""Any instant: the simulated scanner writes that of its acquisition."""

_CONTENTS, _HAS_CONTEXT, _OF_CONCEPT = "CONTAINS", "HAS OBS CONTEXT", "HAS CONCEPT MOD"
_HEAD = Code("69536005", "SCT", "Head")
_AUTOMATED = Code("113856", "DCM", "Automated Data Collection")


def write_dose_report(folder: Path, assets: Path) -> None:
    """Write the report alone into a new folder; it needs no template."""
    folder.mkdir(parents=True)
    report = make_study(name="head CT", modality="SR")
    report.SOPClassUID = XRayRadiationDoseSRStorage
    report.SOPInstanceUID = stable_uid("head CT", "dose report")
    report.SeriesNumber, report.InstanceNumber = 999, 1
    report.SeriesDescription = "Rapport de dose"
    report.Manufacturer, report.ManufacturerModelName = "Diaphane", "Scanner simulé"
    report.DeviceSerialNumber, report.SoftwareVersions = "1", "1"
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.PerformedProcedureCodeSequence = Sequence([])
    report.ReferencedPerformedProcedureStepSequence = Sequence([])
    report.update(_describe())
    save(report, folder / "0001.dcm")


def _describe() -> Dataset:
    """Return the document: what was reported, by which device, over which study, and its two acquisitions."""
    root = _container("", _dcm("113701", "X-Ray Radiation Dose Report"), *_list_context(), *_list_doses())
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "10011"
    root.ContentTemplateSequence = Sequence([template])
    del root.RelationshipType
    return root


def _list_context() -> list[Dataset]:
    procedure = _code(_OF_CONCEPT, _dcm("121058", "Procedure reported"), _CT)
    procedure.ContentSequence = Sequence([_code(_OF_CONCEPT, _HAS_INTENT, _DIAGNOSTIC)])
    scope = _code(_HAS_CONTEXT, _dcm("113705", "Scope of Accumulation"), _dcm("113014", "Study"))
    study = _uid("HAS PROPERTIES", _dcm("110180", "Study Instance UID"), stable_uid("head CT", "study"))
    scope.ContentSequence = Sequence([study])
    return [
        procedure,
        _code(_HAS_CONTEXT, _dcm("121005", "Observer Type"), _dcm("121007", "Device")),
        _uid(_HAS_CONTEXT, _dcm("121012", "Device Observer UID"), stable_uid("simulated scanner")),
        _moment(_dcm("113809", "Start of X-Ray Irradiation")),
        _moment(_dcm("113810", "End of X-Ray Irradiation")),
        scope,
    ]


def _list_doses() -> list[Dataset]:
    scout, helix = LOCALIZER_CTDI_VOL_MGY * LOCALIZER_LENGTH_CM, CTDI_VOL_MGY * SCAN_LENGTH_CM
    events = _number(_dcm("113812", "Total Number of Irradiation Events"), 2, "{events}")
    total = _number(_dcm("113813", "CT Dose Length Product Total"), round(scout + helix, 1), "mGy.cm")
    accumulated = _dcm("113811", "CT Accumulated Dose Data")
    constant = _dcm("113805", "Constant Angle Acquisition")
    return [
        _container(_CONTENTS, accumulated, events, total),
        _acquire("Repérage", constant, LOCALIZER_CTDI_VOL_MGY, LOCALIZER_LENGTH_CM),
        _acquire("Crâne sans injection", _SPIRAL, CTDI_VOL_MGY, SCAN_LENGTH_CM),
        _code(_CONTENTS, _dcm("113854", "Source of Dose Information"), _AUTOMATED),
    ]


def _acquire(protocol: str, how: Code, ctdi_vol: float, length_cm: float) -> Dataset:
    """Return one irradiation event (TID 10013) with its dose."""
    length = _number(_dcm("113825", "Scanning Length"), length_cm * 10, "mm")
    dose = _container(
        _CONTENTS,
        _dcm("113829", "CT Dose"),
        _number(_dcm("113830", "Mean CTDIvol"), ctdi_vol, "mGy"),
        _code(_CONTENTS, _dcm("113835", "CTDIw Phantom Type"), HEAD_PHANTOM),
        _number(_dcm("113838", "DLP"), round(ctdi_vol * length_cm, 1), "mGy.cm"),
    )
    return _container(
        _CONTENTS,
        _dcm("113819", "CT Acquisition"),
        _text(_dcm("125203", "Acquisition Protocol"), protocol),
        _code(_CONTENTS, _dcm("123014", "Target Region"), _HEAD),
        _code(_CONTENTS, _dcm("113820", "CT Acquisition Type"), how),
        _uid(_CONTENTS, _dcm("113769", "Irradiation Event UID"), stable_uid("head CT", "event", protocol)),
        _container(_CONTENTS, _dcm("113822", "CT Acquisition Parameters"), length),
        dose,
    )


_CT = Code("77477000", "SCT", "Computed Tomography X-Ray")
_HAS_INTENT = Code("363703001", "SCT", "Has Intent")
_DIAGNOSTIC = Code("261004008", "SCT", "Diagnostic Intent")
_SPIRAL = Code("116152004", "SCT", "Spiral Acquisition")


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


def _encode(code: Code) -> Sequence:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme_designator
    item.CodeMeaning = code.meaning
    return Sequence([item])


def _item(relationship: str, kind: str, name: Code) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, kind
    item.ConceptNameCodeSequence = _encode(name)
    return item


def _container(relationship: str, name: Code, *content: Dataset) -> Dataset:
    item = _item(relationship, "CONTAINER", name)
    item.ContinuityOfContent = "SEPARATE"
    item.ContentSequence = Sequence(content)
    return item


def _code(relationship: str, name: Code, value: Code) -> Dataset:
    item = _item(relationship, "CODE", name)
    item.ConceptCodeSequence = _encode(value)
    return item


def _uid(relationship: str, name: Code, value: str) -> Dataset:
    item = _item(relationship, "UIDREF", name)
    item.UID = value
    return item


def _text(name: Code, value: str) -> Dataset:
    item = _item(_CONTENTS, "TEXT", name)
    item.TextValue = value
    return item


def _moment(name: Code) -> Dataset:
    item = _item(_HAS_CONTEXT, "DATETIME", name)
    item.DateTime = MOMENT
    return item


def _number(name: Code, value: float, unit: str) -> Dataset:
    item, measured = _item(_CONTENTS, "NUM", name), Dataset()
    measured.NumericValue = f"{value:g}"
    measured.MeasurementUnitsCodeSequence = _encode(Code(unit, "UCUM", unit))
    item.MeasuredValueSequence = Sequence([measured])
    return item
