"""Search the site's archive and fetch studies from it: Query/Retrieve, SCU (PS3.4 annex C)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydicom import uid
from pydicom.dataset import Dataset
from pynetdicom import build_context, build_role, evt
from pynetdicom.association import Association
from pynetdicom.events import Event
from pynetdicom.presentation import PresentationContext

from .outgoing import Caller, Remote, RemoteUnavailableError
from .wanted import Wanted

STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.3"
SUCCESS, PENDING = 0x0000, frozenset({0xFF00, 0xFF01})
WARNING = 0xB000
"""One or more sub-operations failed: the others arrived (§C.4.2.1.5, §C.4.3.1.4)."""

RETRIEVE_SECONDS = 300.0
"""How long an archive may be silent while it reads a study from its slow disks."""
LARGEST_ANSWER = 100
"""Studies looked at for one person; an archive that answers more was not asked well."""

STORAGE_CLASSES = (
    uid.ComputedRadiographyImageStorage,
    uid.DigitalXRayImageStorageForPresentation,
    uid.DigitalXRayImageStorageForProcessing,
    uid.DigitalMammographyXRayImageStorageForPresentation,
    uid.BreastTomosynthesisImageStorage,
    uid.CTImageStorage,
    uid.EnhancedCTImageStorage,
    uid.MRImageStorage,
    uid.EnhancedMRImageStorage,
    uid.UltrasoundImageStorage,
    uid.UltrasoundMultiFrameImageStorage,
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    uid.XRayAngiographicImageStorage,
    uid.XRayRadiofluoroscopicImageStorage,
    uid.NuclearMedicineImageStorage,
    uid.PositronEmissionTomographyImageStorage,
    uid.GrayscaleSoftcopyPresentationStateStorage,
    uid.SegmentationStorage,
    uid.BasicTextSRStorage,
    uid.EnhancedSRStorage,
    uid.ComprehensiveSRStorage,
    uid.Comprehensive3DSRStorage,
    uid.KeyObjectSelectionDocumentStorage,
    uid.XRayRadiationDoseSRStorage,
    uid.EncapsulatedPDFStorage,
)
"""The classes of which earlier images, reports and doses are made; C-GET must name each one (§C.4.3)."""
UNCOMPRESSED = (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian)
COMPRESSED = (
    uid.JPEGLosslessSV1,
    uid.JPEG2000Lossless,
    uid.JPEGLSLossless,
    uid.RLELossless,
    uid.JPEGBaseline8Bit,
    uid.JPEG2000,
)

_STUDY_KEYS = (
    "IssuerOfPatientID",
    "PatientName",
    "PatientBirthDate",
    "StudyInstanceUID",
    "StudyDate",
    "StudyDescription",
    "AccessionNumber",
)
_SERIES_KEYS = ("SeriesInstanceUID", "Modality", "BodyPartExamined")


class Retrieve(StrEnum):
    """How the archive sends: on the association that asks, or on one of its own to this gateway."""

    GET = "get"
    MOVE = "move"


@dataclass(frozen=True)
class ArchiveAddress:
    """Where the site's archive is, how it sends, and whose identifiers it holds where it names no issuer."""

    remote: Remote
    retrieve: Retrieve
    issuer: str


@dataclass(frozen=True)
class Candidate:
    """One earlier study of a person, as the archive describes it."""

    study_instance_uid: str
    patient_issuer: str
    study_date: str
    description: str
    modalities: tuple[str, ...]
    body_parts: tuple[str, ...]


@dataclass(frozen=True)
class Fetched:
    """How many objects of a study came, and how many the archive could not send."""

    completed: int
    failed: int


@dataclass(frozen=True)
class Archive:
    """The site's archive. `keep` stores an object that comes on the association that asks."""

    address: ArchiveAddress
    caller: Caller
    keep: Callable[[Event], int]

    def list_candidates(self, wanted: Wanted) -> list[Candidate]:
        """List a person's studies, those of anybody else left out. Raises RemoteUnavailableError."""
        contexts = [build_context(STUDY_ROOT_FIND)]
        found: dict[str, Candidate] = {}
        with self.caller.associate(self.address.remote, contexts) as association:
            for identifier in wanted.identifiers:
                query = _make_query("STUDY", *_STUDY_KEYS, PatientID=identifier.value)
                for study in _find(association, query):
                    if wanted.is_of_person(study, usual_issuer=self.address.issuer):
                        candidate = self._describe(association, study)
                        found[candidate.study_instance_uid] = candidate
        return list(found.values())

    def fetch(self, study_instance_uid: str) -> Fetched:
        """Bring a study to the spool. Raises RemoteUnavailableError."""
        identifier = Dataset()
        identifier.QueryRetrieveLevel = "STUDY"
        identifier.StudyInstanceUID = study_instance_uid
        by = self._get if self.address.retrieve is Retrieve.GET else self._move
        last = Dataset()
        for status in by(identifier):
            last = status
        if last.get("Status") not in (SUCCESS, WARNING):
            raise RemoteUnavailableError(f"{self.address.remote.ae_title} does not send the study")
        return Fetched(
            int(last.get("NumberOfCompletedSuboperations") or 0),
            int(last.get("NumberOfFailedSuboperations") or 0),
        )

    def _get(self, identifier: Dataset) -> Iterator[Dataset]:
        contexts: list[PresentationContext] = [build_context(STUDY_ROOT_GET)]
        for sop_class in STORAGE_CLASSES:
            contexts.append(build_context(sop_class, list(UNCOMPRESSED)))
            contexts.append(build_context(sop_class, list(COMPRESSED)))
        roles = [build_role(sop_class, scp_role=True) for sop_class in STORAGE_CLASSES]
        handlers: list[evt.EventHandlerType] = [(evt.EVT_C_STORE, self.keep)]
        with self.caller.associate(
            self.address.remote, contexts, roles=roles, handlers=handlers, answer_seconds=RETRIEVE_SECONDS
        ) as association:
            yield from (status for status, _identifier in association.send_c_get(identifier, STUDY_ROOT_GET))

    def _move(self, identifier: Dataset) -> Iterator[Dataset]:
        with self.caller.associate(
            self.address.remote, [build_context(STUDY_ROOT_MOVE)], answer_seconds=RETRIEVE_SECONDS
        ) as association:
            answers = association.send_c_move(identifier, self.caller.ae_title, STUDY_ROOT_MOVE)
            yield from (status for status, _identifier in answers)

    def _describe(self, association: Association, study: Dataset) -> Candidate:
        study_uid = str(study.StudyInstanceUID)
        query = _make_query("SERIES", *_SERIES_KEYS, StudyInstanceUID=study_uid)
        series = _find(association, query)
        return Candidate(
            study_instance_uid=study_uid,
            patient_issuer=str(study.get("IssuerOfPatientID") or self.address.issuer),
            study_date=str(study.get("StudyDate") or ""),
            description=str(study.get("StudyDescription") or ""),
            modalities=_values(series, "Modality"),
            body_parts=_values(series, "BodyPartExamined"),
        )


def _values(series: Sequence[Dataset], keyword: str) -> tuple[str, ...]:
    return tuple(sorted({str(each.get(keyword) or "") for each in series} - {""}))


def _make_query(level: str, *asked: str, **keys: str) -> Dataset:
    query = Dataset()
    query.SpecificCharacterSet = "ISO_IR 192"
    query.QueryRetrieveLevel = level
    for keyword in asked:
        setattr(query, keyword, "")
    for keyword, value in keys.items():
        setattr(query, keyword, value)
    return query


def _find(association: Association, query: Dataset) -> list[Dataset]:
    """Return the answers of a query. Raises RemoteUnavailableError when it fails or gets no answer."""
    answers = list(association.send_c_find(query, STUDY_ROOT_FIND))
    if not answers or answers[-1][0].get("Status") != SUCCESS:
        raise RemoteUnavailableError("the archive does not answer the search")
    found = [study for status, study in answers if status.get("Status") in PENDING and study is not None]
    return found[:LARGEST_ANSWER]
