"""Earlier exams stand on the request by themselves; a recent one of the same region is said (R6, R66)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from diaphane.kernel.actors import Role
from diaphane.requests.earlier import REDUNDANT_WITHIN, list_earlier
from diaphane.requests.models import ExamRequest
from tests.factories import PatientFactory, make_actor
from tests.scenes import draft, refused, submitted

pytestmark = pytest.mark.django_db


def say(territory, request, at, *, actor=None):
    found = list_earlier(request, actor=actor or territory.requester, at=at)
    return [(each.request.exam_code, each.is_same_region, each.is_redundant) for each in found]


def test_another_patient_s_a_draft_and_a_refused_one_are_no_earlier_exam(territory, at):
    draft(territory)
    refused(territory, at=at)
    submitted(replace(territory, patient=PatientFactory()))
    assert say(territory, draft(territory), at) == []


def test_an_exam_that_is_not_open_to_who_asks_does_not_show(territory, at):
    submitted(territory)
    stranger = make_actor(Role.IMAGEUR, territory.site)
    request = draft(territory)
    assert say(territory, request, at, actor=territory.outsider) == []
    assert say(territory, request, at, actor=stranger) == []


@pytest.mark.parametrize(
    ("before", "age", "expected"),
    [
        ("CT-HEAD", timedelta(days=2), (True, True)),
        ("CT-STROKE", timedelta(days=2), (True, True)),
        ("MR-STROKE", timedelta(days=2), (True, False)),
        ("CT-HEAD", REDUNDANT_WITHIN + timedelta(days=1), (True, False)),
        ("CT-HIP", timedelta(days=2), (False, False)),
    ],
)
def test_a_recent_exam_of_the_same_region_and_kind_may_answer_already(territory, at, before, age, expected):
    earlier = submitted(territory, exam_code=before)
    ExamRequest.objects.filter(pk=earlier.pk).update(submitted_at=at - age)
    request = draft(territory, exam_code="CT-HEAD")
    assert say(territory, request, at) == [(before, *expected)]


@pytest.mark.parametrize("name", ["requesting:edit", "reading_room:act"])
def test_it_is_shown_on_the_draft_and_to_the_radiologist(territory, login, name):
    submitted(territory)
    request = draft(territory) if name == "requesting:edit" else submitted(territory)
    actor = territory.requester if name == "requesting:edit" else territory.imageur
    page = login(actor).get(reverse(name, args=[request.act_id])).content.decode()
    assert "Examens antérieurs sur la plateforme" in page
    assert "Même région, récent" in page
