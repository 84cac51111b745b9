"""Which attributes describe a whole study or series: what ``includefield=all`` adds to an answer."""

from pydicom.datadict import tag_for_keyword

_STUDY = """
    SpecificCharacterSet TimezoneOffsetFromUTC StudyDate StudyTime AccessionNumber
    IssuerOfAccessionNumberSequence ReferringPhysicianName ReferringPhysicianIdentificationSequence
    ConsultingPhysicianName ConsultingPhysicianIdentificationSequence StudyDescription
    PhysiciansOfRecord PhysiciansOfRecordIdentificationSequence NameOfPhysiciansReadingStudy
    PhysiciansReadingStudyIdentificationSequence RequestingService RequestingServiceCodeSequence
    ReferencedStudySequence ProcedureCodeSequence ReasonForPerformedProcedureCodeSequence
    StudyInstanceUID StudyID PatientName PatientID IssuerOfPatientID IssuerOfPatientIDQualifiersSequence
    TypeOfPatientID PatientBirthDate PatientBirthTime PatientSex ReferencedPatientSequence
    OtherPatientIDs OtherPatientIDsSequence OtherPatientNames EthnicGroup PatientComments
    PatientSpeciesDescription PatientIdentityRemoved DeidentificationMethod
    AdmittingDiagnosesDescription AdmittingDiagnosesCodeSequence PatientAge PatientSize PatientWeight
    PatientBodyMassIndex MedicalAlerts Allergies Occupation SmokingStatus AdditionalPatientHistory
    PregnancyStatus PatientSexNeutered AdmissionID ServiceEpisodeID
"""
"""Patient, General Study and Patient Study modules (PS3.3 §C.7.1.1, §C.7.2.1, §C.7.2.2)."""

_SERIES = """
    Modality SeriesInstanceUID SeriesNumber Laterality SeriesDate SeriesTime PerformingPhysicianName
    PerformingPhysicianIdentificationSequence ProtocolName SeriesDescription
    SeriesDescriptionCodeSequence OperatorsName OperatorIdentificationSequence
    ReferencedPerformedProcedureStepSequence RelatedSeriesSequence BodyPartExamined PatientPosition
    RequestAttributesSequence PerformedProcedureStepID PerformedProcedureStepStartDate
    PerformedProcedureStepStartTime PerformedProcedureStepEndDate PerformedProcedureStepEndTime
    PerformedProcedureStepDescription PerformedProtocolCodeSequence CommentsOnThePerformedProcedureStep
    Manufacturer InstitutionName InstitutionAddress StationName InstitutionalDepartmentName
    ManufacturerModelName DeviceSerialNumber SoftwareVersions FrameOfReferenceUID
    PositionReferenceIndicator
"""
"""General Series, General Equipment and Frame of Reference modules (PS3.3 §C.7.3.1, §C.7.5.1, §C.7.4.1)."""


def _tags(keywords: str) -> frozenset[str]:
    return frozenset(f"{tag_for_keyword(each):08X}" for each in keywords.split())


STUDY_TAGS = _tags(_STUDY)
SERIES_TAGS = STUDY_TAGS | _tags(_SERIES)
