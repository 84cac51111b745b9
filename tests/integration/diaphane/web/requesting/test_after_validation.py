"""Once a request is validated, its pages follow the exam, then lead to the report (R97, R101)."""

import pytest
from django.urls import reverse

from tests.reading_scenes import in_progress, signed
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
