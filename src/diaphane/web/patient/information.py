"""Understand my exam: its sheets, that I have read them, and that I do not want it any more (R52–R57)."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import get_exam_of_patient
from diaphane.acquisition.withdrawing import can_stop, withdraw_consent
from diaphane.acts.models import Act
from diaphane.consents.answers import Details
from diaphane.consents.giving import read_own_sheets
from diaphane.consents.models import Consent, SheetGiven
from diaphane.consents.queries import get_consent, list_given_sheets, list_sheets_of
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .words import name_exam

LONGEST_WORDS = 2000


@require_safe
@needs("sheet.read_own")
def information(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the sheets of my exam, in the version of now."""
    exam = _find(request, act_id)
    sheets, read = list_sheets_of(exam.act), _list_read(exam.act)
    context = {
        "act": exam.act,
        "name": name_exam(exam.act.request.exam),
        "sheets": sheets,
        "read_at": max(read.values()) if {each.key for each in sheets} <= read.keys() else None,
        "can_stop": can_stop(exam.act),
        "is_stopped": exam.state == ExamState.CANCELLED and _said_no(exam.act),
    }
    return render(request, "patient/information.html", context)


@require_POST
@needs("sheet.read_own")
def read(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say that I have read the sheets."""
    exam = _find(request, act_id)
    read_own_sheets(act=exam.act, by=require_actor(request), at=now())
    return redirect("patient:information", act_id=act_id)


@require_POST
@needs("sheet.read_own", "consent.withdraw")
def say_no(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say that I do not want it any more: what has not started stops (R57, R60)."""
    exam = _find(request, act_id)
    withdraw_consent(
        act=exam.act,
        subject=request.POST.get("subject", ""),
        source=Consent.Source.PATIENT,
        details=Details(words=request.POST.get("words", "")[:LONGEST_WORDS]),
        by=require_actor(request),
        at=now(),
    )
    return redirect("patient:information", act_id=act_id)


def _find(request: HttpRequest, act_id: UUID) -> Exam:
    return get_exam_of_patient(act_id, actor=require_actor(request))


def _list_read(act: Act) -> dict[str, datetime]:
    given = list_given_sheets(act).filter(means=SheetGiven.Means.SPACE)
    return {each.key: each.occurred_at for each in given}


def _said_no(act: Act) -> bool:
    answers = [get_consent(act, subject) for subject in Consent.Subject.values]
    return any(each is not None and each.is_no for each in answers)
