"""The register of processing: read by those who answer for it, written from the code (R37)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.processing import Processing
from diaphane.privacy.register import list_pages, render_register
from tests.factories import make_actor, make_patient_actor
from tests.scenes import Territory


@pytest.mark.django_db
def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    assert client.get(reverse("privacy:register")).status_code == 302


def test_neither_a_patient_nor_a_physician_reads_it(
    territory: Territory, login: Callable[[Actor], Client]
) -> None:
    for actor in (make_patient_actor(territory.patient), territory.requester):
        assert login(actor).get(reverse("privacy:register")).status_code == 403


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_those_who_answer_for_data_read_every_activity(
    role: Role, territory: Territory, login: Callable[[Actor], Client]
) -> None:
    page = login(make_actor(role, territory.site)).get(reverse("privacy:register"))
    assert page.status_code == 200
    assert [each.processing for each in page.context["pages"]] == list(Processing)
    assert "patients.Patient" in page.content.decode()


def test_no_activity_is_written_for_nothing_held() -> None:
    empty = {each.processing for each in list_pages() if not each.holdings}
    assert not empty - {Processing.RIGHTS, Processing.BREACHES}


def test_the_committed_document_is_current() -> None:
    written = Path(settings.ROOT, "docs", "conformance", "processing.md").read_text(encoding="utf-8")
    assert written == render_register(), "run ./diaphane manage register --markdown"
