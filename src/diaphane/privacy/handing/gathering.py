"""Gather what is held of one person: their identity, each exam with its documents, who looked (R38)."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import find_exam
from diaphane.acts.models import Act
from diaphane.audit.models import Entry
from diaphane.audit.queries import list_views_of_act, list_views_of_patient
from diaphane.consents.models import Consent, Objection, SheetGiven
from diaphane.conversations.models import Message
from diaphane.conversations.queries import list_messages
from diaphane.delivery.models import Dispatch
from diaphane.imaging.models import Study
from diaphane.imaging.quarantine_models import not_doubted
from diaphane.imaging.queries import list_studies
from diaphane.patients.models import Correction, Patient, PatientIdentifier, Relationship
from diaphane.patients.queries import list_identities
from diaphane.patients.related_queries import list_relationships
from diaphane.privacy.export_models import DataExport
from diaphane.reporting.models import Report, ReportState
from diaphane.requests.models import Attachment, ExamRequest
from diaphane.requests.safety_words import SpelledAnswer, spell_answers
from diaphane.sharing.models import SharedLink
from diaphane.sharing.queries import list_links_of_act


@dataclass(frozen=True)
class HeldAct:
    """One exam and what hangs on it; ``untold`` counts the signed reports to be told first (R100)."""

    act: Act
    request: ExamRequest | None
    safety: tuple[SpelledAnswer, ...]
    attachments: tuple[Attachment, ...]
    exam: Exam | None
    consents: tuple[Consent, ...]
    sheets: tuple[SheetGiven, ...]
    studies: tuple[Study, ...]
    reports: tuple[Report, ...]
    untold: int
    messages: tuple[Message, ...]
    dispatches: tuple[Dispatch, ...]
    links: tuple[SharedLink, ...]
    looks: tuple[Entry, ...]


@dataclass(frozen=True)
class Person:
    """The identity as it is held, what was corrected, who stands beside them, objections, who looked."""

    patient: Patient
    identifiers: tuple[PatientIdentifier, ...]
    corrections: tuple[Correction, ...]
    people: tuple[Relationship, ...]
    objections: tuple[Objection, ...]
    looks: tuple[Entry, ...]


def gather_person(export: DataExport) -> Person:
    """Return the identity, with the identifiers of the site alone when a site hands the copy."""
    patient, looks = export.patient, list_views_of_patient(list_identities(export.patient_id))
    identifiers = patient.identifiers.order_by("pk")
    if export.site is not None:
        identifiers, looks = identifiers.filter(issuer=export.site.issuer), looks.none()
    return Person(
        patient=patient,
        identifiers=tuple(identifiers),
        corrections=tuple(patient.corrections.order_by("corrected_at")),
        people=tuple(list_relationships(patient.pk)),
        objections=tuple(patient.objections.order_by("recorded_at")),
        looks=tuple(looks.order_by("id")),
    )


def list_held_act_ids(export: DataExport) -> list[UUID]:
    """List the exams that a copy holds: all of the patient's, or those that the site asked for.

    A request that was written for the wrong patient speaks of somebody else: no copy holds it.
    """
    acts = Act.objects.filter(patient_id=export.patient_id, request__moved_to_act=None)
    if export.site_id is not None:
        acts = acts.filter(requesting_site_id=export.site_id)
    return list(acts.order_by("created_at").values_list("pk", flat=True))


def iter_held_acts(export: DataExport) -> Iterator[HeldAct]:
    """Gather one exam after the other: a long life is never whole in memory."""
    is_own = export.site_id is None
    for act_id in list_held_act_ids(export):
        act = Act.objects.select_related("patient", "requesting_site", "reading_structure").get(pk=act_id)
        yield _gather(act, is_own=is_own)


def _gather(act: Act, *, is_own: bool) -> HeldAct:
    signed = Report.objects.filter(act=act, state=ReportState.FINAL).select_related("act__request")
    told = Q(patient_told_at__isnull=False) if is_own else Q()
    reports = tuple(signed.filter(told).order_by("version"))
    request = ExamRequest.objects.filter(act=act).first()
    return HeldAct(
        act=act,
        request=request,
        safety=spell_answers(request) if request is not None else (),
        attachments=_list_attachments(act, is_told=bool(reports) or not is_own),
        exam=find_exam(act),
        consents=tuple(Consent.objects.filter(act=act).order_by("id")),
        sheets=tuple(SheetGiven.objects.filter(act=act).order_by("id")),
        studies=tuple(list_studies(act).filter(not_doubted()).prefetch_related("series")),
        reports=reports,
        untold=signed.count() - len(reports),
        messages=tuple(list_messages(act)) if reports or not is_own else (),
        dispatches=tuple(Dispatch.objects.filter(report__act=act).order_by("created_at")),
        links=tuple(list_links_of_act(act)),
        looks=tuple(list_views_of_act(act.pk).order_by("id")),
    )


def _list_attachments(act: Act, *, is_told: bool) -> tuple[Attachment, ...]:
    """List the documents beside a request: a letter or a result may tell what nobody has told yet (R100)."""
    found = Attachment.objects.filter(request__act=act).standing()
    if not is_told:
        found = found.filter(kind__in=(Attachment.Kind.PRESCRIPTION, Attachment.Kind.SUMMARY))
    return tuple(found)
