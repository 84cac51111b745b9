"""Once a request is validated, its pages follow the exam, then lead to the report (R97, R101)."""

import pytest
from django.urls import reverse

from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED, cancel_exam
from diaphane.acquisition.models import Exam
from diaphane.acts.models import Duty
from diaphane.consents.operations import record_consent
from diaphane.kernel.clock import now
from tests.reading_scenes import in_progress, scheduled, signed
from tests.scenes import validated

from .pages import act_url

pytestmark = pytest.mark.django_db


def test_a_validated_request_without_an_exam_yet_offers_no_report(territory, login):
    request = validated(territory)
    page = login(territory.requester).get(act_url("act", request.act_id)).content.decode()
    assert "La demande est validée" in page
    assert "Lire le compte rendu" not in page


def test_the_demandeur_sees_where_the_exam_stands(territory, login):
    exam = in_progress(territory)
    client = login(territory.requester)
    assert "Examen en cours" in client.get(act_url("live", exam.act_id)).content.decode()
    assert "Examen en cours" in client.get(reverse("requesting:rows")).content.decode()


def test_the_signed_report_is_one_press_away_and_waits_on_the_list(territory, login, run_jobs):
    report = signed(territory)
    run_jobs()
    client = login(territory.requester)
    page = client.get(act_url("act", report.act_id)).content.decode()
    assert reverse("reports:show", args=[report.act_id]) in page
    rows = client.get(reverse("requesting:rows")).content.decode()
    assert rows.index("À vous") < rows.index("Lire le compte rendu")


def test_the_imageur_goes_from_the_request_to_the_exam(territory, login):
    exam = in_progress(territory)
    address = reverse("reading_room:act", args=[exam.act_id])
    page = login(territory.imageur).get(address).content.decode()
    assert reverse("reports:check", args=[exam.act_id]) in page


def test_an_exam_that_has_started_is_not_cancelled_by_the_demandeur(territory, login):
    exam = in_progress(territory)
    client = login(territory.requester)
    assert 'data-opens="cancel"' not in client.get(act_url("act", exam.act_id)).content.decode()
    assert client.post(act_url("cancel", exam.act_id), {"text": "Transféré"}).status_code == 403


def test_the_demandeur_cancels_an_exam_until_it_starts_and_says_why(territory, login):
    exam = scheduled(territory)
    client = login(territory.requester)
    assert 'data-opens="cancel"' in client.get(act_url("act", exam.act_id)).content.decode()
    assert client.post(act_url("cancel", exam.act_id), {"text": " "}).status_code == 422
    client.post(act_url("cancel", exam.act_id), {"text": "Transféré"})
    assert Exam.objects.get(pk=exam.pk).state == "cancelled"


def test_another_way_is_organised_once_by_the_demandeur(territory, login):
    exam = scheduled(territory)
    organise = act_url("organise_other_way", exam.act_id)
    client = login(territory.requester)
    assert client.post(organise).status_code == 409
    cancel_exam(exam=exam, motive="refuses_distance", by=territory.technologist, at=now())
    assert (
        "le patient a encore besoin d’une autre solution"
        in client.get(act_url("act", exam.act_id)).content.decode()
    )
    client.post(organise)
    assert Duty.objects.get(guard=ALTERNATIVE_ORGANISED).state == Duty.State.DONE


def test_a_patient_who_could_not_be_asked_is_informed_from_the_request_too(territory, login):
    exam = scheduled(territory)
    answer = {"subject": "act", "outcome": "impossible", "source": "nobody"}
    record_consent(act=exam.act, **answer, by=territory.technologist, at=now())
    client = login(territory.requester)
    there = reverse("consents:agreements", args=[exam.act_id])
    assert there in client.get(act_url("act", exam.act_id)).content.decode()
    client.post(reverse("consents:inform", args=[exam.act_id]), {"means": "paper", "recipient": "patient"})
    assert Duty.objects.get(requirement="R59").state == Duty.State.DONE
