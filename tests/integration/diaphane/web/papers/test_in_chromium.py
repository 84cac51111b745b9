"""The papers of a site and a patient's preparation in a real Chromium: accessible, wide, narrow, dark."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from diaphane.acquisition.operations import open_exam, schedule_exam
from diaphane.demo.papers import list_equipment
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Paper, PaperKind
from tests.chromium import IN_CHROMIUM
from tests.factories import PaperFactory, RoomFactory, make_actor, make_patient_actor
from tests.live_server import LiveServer, serving
from tests.looks import check_every_look
from tests.scenes import Territory, make_territory, validated

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def test_papers_and_preparation_are_pages_that_everybody_can_use(
    territory: Territory, server: LiveServer
) -> None:
    manager, patient = make_actor(Role.ADMINISTRATOR, territory.site), make_patient_actor(territory.patient)
    list_equipment(territory.site, by=territory.technologist, at=now())
    charter = PaperFactory(site=territory.site, kind=PaperKind.COMMITMENT)
    written = PaperFactory(site=territory.site, kind=PaperKind.RISKS, version=2, written=True)
    exam = open_exam(act=validated(territory, urgency="scheduled", exam_code="CT-PE").act, at=now())
    room, starts_at = RoomFactory(structure=territory.site), now() + timedelta(days=9)
    schedule_exam(exam=exam, room=room, starts_at=starts_at, by=territory.technologist, at=now())
    Paper.objects.filter(kind=PaperKind.DEGRADED).delete()
    pages = {
        "site": (manager, reverse("papers:list")),
        "version": (manager, reverse("papers:version", args=[written.pk])),
        "charter": (manager, reverse("papers:version", args=[charter.pk])),
        "write": (manager, reverse("papers:write", args=["degraded"])),
        "none": (manager, reverse("papers:in_force", args=[territory.site.pk, "degraded"])),
        "equipment": (
            territory.technologist,
            reverse("papers:check_equipment", args=[territory.site.equipment.earliest("name").pk]),
        ),
        "card": (territory.technologist, reverse("technologist:exam", args=[exam.act_id])),
        "preparing": (patient, reverse("patient:prepare", args=[exam.act_id])),
    }
    check_every_look(server, pages)
