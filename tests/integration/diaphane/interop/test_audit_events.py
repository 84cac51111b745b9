"""AuditEvents for the collector of a structure: its token alone, its own traces, page after page (R43)."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from fhir.resources.R4B.bundle import Bundle

from diaphane.audit.models import Entry
from diaphane.audit.operations import Subject, record, seal_entries
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.identifiers import uuid7
from tests import scenes
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory

from .conftest import open_token

ADDRESS = "/fhir/AuditEvent"


def test_nobody_else_reads_the_trail(territory: Territory, login: Callable[[Actor], Client]) -> None:
    assert reverse("fhir:audit_events") == ADDRESS
    assert Client().get(ADDRESS).status_code == 401
    for role in (Role.EDGE, Role.SERVICE):
        assert open_token(role, territory.site.pk).get(ADDRESS).status_code == 403
    for actor in (make_actor(Role.DPO, territory.site), territory.requester):
        assert login(actor).get(ADDRESS).status_code == 403
    assert open_token(Role.COLLECTOR, territory.site.pk).get("/dicom-web/studies").status_code != 200


def test_another_structure_s_collector_reads_nothing_of_it(territory: Territory, at: datetime) -> None:
    act = scenes.submitted(territory).act
    seal_entries()
    page = open_token(Role.COLLECTOR, StructureFactory().pk).get(ADDRESS)
    assert page.status_code == 200
    assert str(act.pk) not in page.content.decode()
    assert "entry" not in page.json()


def test_a_collector_follows_the_chain_without_missing_or_repeating(
    territory: Territory, at: datetime
) -> None:
    scenes.submitted(territory)
    seal_entries()
    client = open_token(Role.COLLECTOR, territory.site.pk)
    collected, address = [], f"{ADDRESS}?_count=2"
    for _page in range(50):
        bundle = client.get(address).json()
        Bundle.model_validate(bundle)
        if "entry" not in bundle:
            break
        collected += [each["resource"]["id"] for each in bundle["entry"]]
        address = next(each["url"] for each in bundle["link"] if each["relation"] == "next")
    theirs = Entry.objects.filter(structure_id=territory.site.pk, seal__isnull=False)
    assert set(collected) >= {str(each.pk) for each in theirs}
    assert len(collected) == len(set(collected))
    # What another structure did to the site's act is the site's to know; what is written now comes next.
    subject = Subject("act", uuid7())
    record("request.submit", by=territory.requester, at=at, subject=subject)
    assert "entry" not in client.get(address).json()
    seal_entries()
    assert client.get(address).json()["entry"]


def test_collecting_is_itself_in_the_trail_once_a_day(territory: Territory) -> None:
    client = open_token(Role.COLLECTOR, territory.site.pk)
    for _call in range(3):
        client.get(ADDRESS)
    assert Entry.objects.filter(action="viewed.trail").count() == 1


def test_a_wrong_parameter_is_refused_in_words(territory: Territory) -> None:
    client = open_token(Role.COLLECTOR, territory.site.pk)
    for wrong in ("_after=abc", "_count=-1", "_after=99999999999999999999999"):
        assert client.get(f"{ADDRESS}?{wrong}").status_code == 400


def test_the_command_gives_a_token_that_collects(territory: Territory) -> None:
    said = StringIO()
    call_command("collector", territory.site.finess, stdout=said)
    client = Client(headers={"Authorization": f"Bearer {said.getvalue().strip()}"})
    assert client.get(ADDRESS).status_code == 200
