"""Write, sign and release a report."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.access.operations import grant_to_patient
from diaphane.accounts.operations import Factor, confirm_second_factor
from diaphane.acquisition.models import ExamState
from diaphane.acquisition.quality import start_reading
from diaphane.acquisition.queries import get_exam
from diaphane.acquisition.transitions import EXAM_TABLE
from diaphane.acts.models import Act
from diaphane.acts.operations import advance, note, open_duty, settle_duties
from diaphane.conversations.operations import post_message
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .contents import compose_document
from .document import render_report
from .guards import SECOND_FACTOR
from .models import Report, ReportState
from .storage import open_storage
from .transitions import REPORT_TABLE

PATIENT_TOLD = "report.patient_told"
TELL_PATIENT_WITHIN = timedelta(hours=48)

TEXT_FIELDS = (
    "comparison",
    "conclusion",
    "next_step",
    "criticality",
    "announcement",
    "communicated_to",
    "communicated_function",
    "communicated_at",
    "communicated_read_back",
    "patient_searched",
    "patient_found",
    "patient_next",
)


def open_report(*, act: Act, by: Actor, at: datetime) -> Report:
    """Take the accepted images for reading and open the draft; the reader's own draft is given back.

    Raises:
        ConflictError: someone else is writing this report, or it is already signed.
    """
    with transaction.atomic():
        Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
        existing = Report.objects.filter(act=act).order_by("-version").first()
        if existing is not None:
            if existing.state == ReportState.DRAFT:
                require_author(existing, by=by)
            return existing
        exam = get_exam(act.pk, actor=by)
        if exam.state != ExamState.BEING_READ:
            start_reading(exam=exam, by=by, at=at)
        report = Report.objects.create(
            act=act, author_id=by.id, author_label=by.label, created_at=at, saved_at=at
        )
        note(act, "report.opened", subject_type="report", subject_id=report.pk, by=by, at=at)
    return report


def take_over_report(*, report: Report, reason: str, by: Actor, at: datetime) -> None:
    """Go on with a colleague's draft, who has gone home or is held up; why stands in the act's thread.

    Raises:
        NotAllowedError: another role.
        GuardError: no reason is given.
        ConflictError: it was signed meanwhile, or is already mine.
    """
    if not may(by, "report.write"):
        raise NotAllowedError(_("Only a radiologist writes the report."))
    with transaction.atomic():
        changed = (
            Report.objects.filter(pk=report.pk, state=ReportState.DRAFT)
            .exclude(author_id=by.id)
            .update(author_id=by.id, author_label=by.label)
        )
        if not changed:
            raise ConflictError(_("This report is signed, or already yours."))
        post_message(act=report.act, text=reason, by=by, at=at)
        note(report.act, "report.taken_over", subject_type="report", subject_id=report.pk, by=by, at=at)


def require_author(report: Report, *, by: Actor) -> None:
    """Stop whoever is not writing this report.

    Raises:
        ConflictError: someone else is.
    """
    if report.author_id != by.id:
        raise ConflictError(_("%(who)s is writing this report.") % {"who": report.author_label})


def save_draft(
    *,
    report: Report,
    values: Mapping[str, object],
    results: Mapping[str, str],
    by: Actor,
    at: datetime,
    seen: datetime | None = None,
) -> None:
    """Keep the text as it is typed; only the author's draft can be written.

    ``seen`` is when the text that the writer had before them was kept: a second window of the same
    person does not overwrite the first.

    Raises:
        ConflictError: it is signed, someone else's, or was kept from another window since.
    """
    fields = {name: values[name] for name in TEXT_FIELDS if name in values}
    with transaction.atomic():
        held = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if held.state != ReportState.DRAFT or held.author_id != by.id:
            raise ConflictError(_("This report is signed, or is someone else's: nothing was changed."))
        if seen is not None and held.saved_at != seen:
            raise ConflictError(
                _(
                    "This report was written in another window meanwhile. Your text is still on this page: "
                    "copy it, then reload."
                )
            )
        is_same = all(getattr(held, name) == value for name, value in fields.items())
        if is_same and held.results == dict(results):
            return
        Report.objects.filter(pk=report.pk).update(**fields, results=dict(results), saved_at=at)


def sign_report(*, report: Report, code: str, by: Actor, at: datetime) -> Report:
    """Sign with a fresh second factor; the PDF/A exists before anyone sees the report as signed.

    A code serves once: it is asked for last, so that a text that cannot be signed yet does not burn it.

    Raises:
        GuardError: the code or a guard (R39, R91–R93, R98, R90, R100) refuses.
        ConflictError: it was signed meanwhile.
    """
    _check_before_code(report, by)
    factor = confirm_second_factor(user_id=by.id, code=code, by=by, at=at)
    with transaction.atomic():
        Report.objects.filter(pk=report.pk, state=ReportState.DRAFT).update(second_factor_at=at)
        fill = partial(_fix_document, by=by, at=at, factor=factor)
        signed = advance(report, REPORT_TABLE, "sign", by=by, at=at, fill=fill)
        exam = get_exam(signed.act_id, actor=by)
        advance(exam, EXAM_TABLE, "report", by=by, at=at)
        open_duty(
            signed.act,
            requirement="R100",
            guard=PATIENT_TOLD,
            owner=Role.IMAGEUR,
            due_at=at + TELL_PATIENT_WITHIN,
            by=by,
            at=at,
        )
    return signed


def record_patient_told(*, report: Report, how: str, companion: str, by: Actor, at: datetime) -> Report:
    """Record that a person told the patient; only then may the patient read (R89, R90, R100).

    Raises:
        NotAllowedError: neither imageur nor demandeur.
        ConflictError: not signed yet, or already recorded.
        GuardError: an announcement is owed and this was none (R90).
    """
    if not may(by, "report.tell"):
        raise NotAllowedError(_("The radiologist or the requesting physician tells the patient."))
    if report.announcement == Report.Announcement.NEEDED and how != Report.ToldHow.ANNOUNCEMENT:
        raise GuardError(
            _("This result is announced by a person before the patient can read it."),
            [Missing("R90", _("An announcement consultation"), _("You"), field="how")],
        )
    with transaction.atomic():
        changed = Report.objects.filter(pk=report.pk, state=ReportState.FINAL, patient_told_at=None).update(
            patient_told_at=at, patient_told_by=by.label, patient_told_how=how, patient_companion=companion
        )
        if not changed:
            raise ConflictError(_("This was already recorded, or the report is not signed yet."))
        grant_to_patient(act_id=report.act_id, patient_id=report.act.patient_id, reason="told", at=at)
        note(report.act, PATIENT_TOLD, subject_type="report", subject_id=report.pk, by=by, at=at)
        settle_duties(report.act, PATIENT_TOLD, by=by, at=at)
    return Report.objects.get(pk=report.pk)


def _check_before_code(report: Report, by: Actor) -> None:
    held = Report.objects.get(pk=report.pk)
    if held.state != ReportState.DRAFT:
        raise ConflictError(_("This report is already signed."))
    try:
        REPORT_TABLE.check(held, "sign", by=by)
    except GuardError as refused:
        missing = [each for each in refused.missing if each.requirement != SECOND_FACTOR.requirement]
        if missing:
            raise GuardError(refused.message, missing) from refused


def _fix_document(report: Report, *, by: Actor, at: datetime, factor: Factor) -> Sequence[str]:
    """Render and store the document of a report about to be signed; return the fields that this sets."""
    report.signed_at = at
    pdf = render_report(compose_document(report, signatory=by, factor=factor))
    report.pdf_sha256 = hashlib.sha256(pdf).hexdigest()
    report.pdf_key = open_storage().save(f"reports/{report.pk}.pdf", ContentFile(pdf))
    return ("signed_at", "pdf_key", "pdf_sha256")
