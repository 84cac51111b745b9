"""Every address × every role × own site, other site, anonymous: only what the table gives (R41, R42)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from diaphane.imaging.models import Instance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.paces import COUNTER
from diaphane.kernel.rights import DOORS, roles_of
from diaphane.reporting.operations import record_patient_told
from tests import reading_scenes
from tests.addresses import Served, list_addresses
from tests.factories import PatientFactory, StructureFactory, make_actor, make_patient_actor
from tests.integration.diaphane.interop.conftest import open_token
from tests.scenes import Territory

METHODS = ("GET", "POST", "PUT")
MACHINES = (Role.EDGE, Role.SERVICE, Role.COLLECTOR)
ROLES = tuple(role for role in Role if role not in {Role.SYSTEM, Role.OUTSIDE_PROFESSIONAL})
GUARDED = tuple(each for each in list_addresses() if each.list_needs())
DOORS_OPEN = frozenset().union(*(door.names for door in DOORS if door.is_open))
OURS = {"HTTP_ORIGIN": "http://testserver"}
BULK = next(each.label for each in GUARDED if "bulkdata" in each.route)
# What a signed report has left behind, and what names something that the scene does not hold.
NOT_THERE = {
    "technologist:arrival",
    "technologist:version",
    "technologist:bring_progress",
    "films:picture",
    "identities:pair",
    "identities:relationship",
    "directory:document",
    "papers:version",
    "papers:pdf",
    "papers:check_equipment",
    "attachments:open",
    "requesting:change_template",
    "protocols:show",
    "admissions:message",
    "protocols:write_next",
    "rosters:hand_over",
    "edge_api:candidates",
    "edge_api:outcome",
    BULK,
    "dicomweb/rien",
    "edge/v1/rien",
    "fhir/rien",
}


@dataclass(frozen=True)
class Scene:
    """A told exam with images, and how to call as each role, at its site and elsewhere."""

    territory: Territory
    values: Mapping[str, object]
    secrets: tuple[bytes, ...]
    login: Callable[[Actor], Client]

    def call_as(self, role: Role, *, is_own: bool) -> Client:
        """Return the client of a role."""
        if role in MACHINES:
            return open_token(role, self.territory.site.pk if is_own else StructureFactory().pk)
        return self.login(self._own(role) if is_own else self._other(role))

    def _own(self, role: Role) -> Actor:
        known = {
            Role.REQUESTING_PHYSICIAN: self.territory.requester,
            Role.IMAGEUR: self.territory.imageur,
            Role.TECHNOLOGIST: self.territory.technologist,
        }
        if role is Role.PATIENT:
            return make_patient_actor(self.territory.patient)
        return known.get(role) or make_actor(role, self.territory.site)

    def _other(self, role: Role) -> Actor:
        if role is Role.PATIENT:
            return make_patient_actor(PatientFactory(birth_name="Étranger"))
        return make_actor(role, StructureFactory())


@pytest.fixture
def scene(territory: Territory, login: Callable[[Actor], Client]) -> Scene:
    report = reading_scenes.signed(territory)
    told = {"how": "in_person", "companion": "", "by": territory.requester, "at": report.signed_at}
    record_patient_told(report=report, **told)
    image = Instance.objects.filter(series__study__act=report.act).first()
    assert image is not None
    values = dict.fromkeys(
        (
            "reconciliation_id",
            "alert_id",
            "search_id",
            "link_id",
            "access_id",
            "pair_id",
            "instance_id",
            "credential_id",
            "export_id",
            "person_id",
            "breach_id",
            "erasure_id",
            "hold_id",
            "machine_id",
            "protocol_id",
            "room_id",
            "closure_id",
            "shift_id",
            "hand_over_id",
            "relationship_id",
            "message_id",
            "peer_id",
            "proposal_id",
            "paper_id",
            "equipment_id",
            "attachment_id",
            "template_id",
        ),
        uuid4(),
    ) | {
        "act_id": report.act_id,
        "patient_id": territory.patient.pk,
        "user_id": territory.imageur.id,
        "convention_id": territory.convention.pk,
        "study_uid": report.act.study_instance_uid,
        "series_uid": image.series.series_instance_uid,
        "sop_uid": image.sop_instance_uid,
        "name": "rien.js",
        "which": "montree",
        "numbers": "1",
        "number": "1",
        "frame": "1",
        "tag": "7FE00010",
        "rank": "1",
        "connection_id": "1",
        "pk": "1",
        "membership_id": "1",
        "structure_id": territory.site.pk,
        "site_id": territory.site.pk,
        "paper_kind": "project",
        "key": "personne",
        "code": "ct",
        "version": "1",
    }
    secrets = (territory.patient.birth_name, report.act.study_instance_uid, report.act.accession_number)
    return Scene(territory, values, tuple(each.encode() for each in secrets), login)


def count_rows() -> dict[str, int]:
    """Count the rows of every table but those that say who came."""
    aside = {"audit.Entry", "sessions.Session", "accounts.ServiceToken"}
    models = [model for model in apps.get_models() if model._meta.label not in aside]
    return {model._meta.label: model._default_manager.count() for model in models}


def list_roles(address: Served, method: str) -> frozenset[Role]:
    """Return the roles that the table lets through."""
    return frozenset.intersection(*map(roles_of, address.list_needs(method)))


def test_a_visitor_opens_nothing(scene: Scene) -> None:
    before, client = count_rows(), Client()
    for address in list_addresses():
        if address.name in DOORS_OPEN:
            continue
        for method in METHODS:
            COUNTER.forget()  # so many calls at once are nobody's: their pace is another test's matter
            answer = client.generic(method, address.fill(scene.values))
            assert answer.status_code in {302, 401, 405}, (method, address.label)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith(reverse("account_login"))
            assert not any(secret in answer.content for secret in scene.secrets)
    assert count_rows() == before


@pytest.mark.parametrize("is_own", [False, True], ids=["elsewhere", "own-site"])
def test_another_role_is_refused_at_every_address(scene: Scene, is_own: bool) -> None:
    clients = {role: scene.call_as(role, is_own=is_own) for role in ROLES}
    before = count_rows()
    for address, method, (role, client) in product(GUARDED, METHODS, clients.items()):
        if role in list_roles(address, method):
            continue
        COUNTER.forget()  # so many calls at once are nobody's: their pace is another test's matter
        answer = client.generic(method, address.fill(scene.values), **OURS)
        # A machine's token opens no page: it is a visitor there.
        refusals = {403, 405} | ({302} if role in MACHINES else set())
        assert answer.status_code in refusals, (role, method, address.label)
        assert not any(secret in answer.content for secret in scene.secrets)
    assert count_rows() == before


def test_the_right_role_elsewhere_finds_nothing(scene: Scene) -> None:
    clients = {role: scene.call_as(role, is_own=False) for role in ROLES}
    for address, method, (role, client) in product(GUARDED, METHODS, clients.items()):
        if role not in list_roles(address, method):
            continue
        COUNTER.forget()  # so many calls at once are nobody's: their pace is another test's matter
        answer = client.generic(method, address.fill(scene.values), **OURS)
        assert not any(secret in answer.content for secret in scene.secrets), address.label
        if "act_id" in address.parameters:
            assert answer.status_code in {404, 405, 422}, (role, method, address.label)
        elif {"study_uid", "search_id"} & set(address.parameters) and method == "GET":
            assert answer.status_code in {404, 405} or answer.content == b"[]", (role, address.label)


def test_the_right_role_on_its_own_ground_is_let_in(scene: Scene) -> None:
    clients = {role: scene.call_as(role, is_own=True) for role in ROLES}
    for address, (role, client) in product(GUARDED, clients.items()):
        if role not in list_roles(address, "GET"):
            continue
        answer = client.get(address.fill(scene.values))
        assert answer.status_code not in {401, 403}, (role, address.label)
        if address.label not in NOT_THERE and role not in {
            Role.TREATING_PHYSICIAN,
            Role.ADMINISTRATOR,
            Role.PLATFORM_ADMINISTRATOR,
            Role.DPO,
        }:
            assert answer.status_code in {200, 204, 302, 400, 405, 406}, (role, address.label)
