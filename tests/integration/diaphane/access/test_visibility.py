"""Nothing is seen without a grant; another site's act is not found (R41, R42)."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import Model

from diaphane.access.models import Grant
from diaphane.access.operations import grant_to_patient, grant_to_person, grant_to_roles
from diaphane.access.queries import can_see_act, keep_visible_acts, list_act_ids
from diaphane.acts.models import Act
from diaphane.acts.queries import get_act
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest
from diaphane.requests.queries import get_request, list_requests, list_to_review
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.scenes import Territory, draft, submitted

pytestmark = pytest.mark.django_db

SCOPED = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("diaphane.") and hasattr(model._default_manager.all(), "visible_to")
]


def strangers(territory: Territory) -> list[Actor]:
    """Everyone who has no part in an act of the territory."""
    elsewhere = StructureFactory()
    return [
        territory.outsider,
        make_actor(Role.IMAGEUR, elsewhere),
        make_actor(Role.TECHNOLOGIST, elsewhere),
        make_actor(Role.ADMINISTRATOR, territory.site),
        make_actor(Role.TREATING_PHYSICIAN, elsewhere),
        Actor(id=uuid4(), role=Role.PATIENT, label="Autre", patient_id=uuid4()),
        Actor(id=uuid4(), role=Role.IMAGEUR, label="Sans structure"),
        SYSTEM,
    ]


def test_strangers_see_nothing_and_learn_nothing(territory: Territory) -> None:
    request = submitted(territory)
    for actor in strangers(territory):
        assert not can_see_act(actor, request.act_id)
        assert not list_act_ids(actor)
        assert not keep_visible_acts(actor, [request.act_id])
        assert not Act.objects.visible_to(actor)
        assert not ExamRequest.objects.visible_to(actor)
        assert not list_requests(actor)
        assert not list_to_review(actor)


def test_another_sites_act_looks_like_one_that_does_not_exist(territory: Territory) -> None:
    request = submitted(territory)
    refusals = []
    for act_id in (request.act_id, uuid4()):
        with pytest.raises(Act.DoesNotExist) as caught:
            get_act(act_id, actor=territory.outsider)
        refusals.append(str(caught.value))
        with pytest.raises(ExamRequest.DoesNotExist):
            get_request(act_id, actor=territory.outsider)
    assert refusals[0] == refusals[1]


def test_a_draft_is_seen_by_its_site_and_not_by_the_reading_structure(territory: Territory) -> None:
    request = draft(territory)
    assert can_see_act(territory.requester, request.act_id)
    assert can_see_act(territory.technologist, request.act_id)
    assert not can_see_act(territory.imageur, request.act_id)


def test_a_request_that_was_sent_is_seen_by_the_radiologists_of_the_convention(territory: Territory) -> None:
    request = submitted(territory)
    assert get_act(request.act_id, actor=territory.imageur).pk == request.act_id
    assert list(list_to_review(territory.imageur)) == [request]


def test_a_grant_counts_for_its_own_role_and_structure_only(territory: Territory) -> None:
    request = submitted(territory)
    assert not can_see_act(replace(territory.imageur, role=Role.TECHNOLOGIST), request.act_id)
    assert not can_see_act(replace(territory.imageur, structure_id=territory.site.pk), request.act_id)
    assert not can_see_act(replace(territory.imageur, structure_id=None), request.act_id)


def test_a_patient_sees_an_act_once_it_is_opened_to_them(territory: Territory) -> None:
    act = submitted(territory).act
    patient = make_patient_actor(territory.patient)
    assert not can_see_act(patient, act.pk)
    grant_to_patient(act_id=act.pk, patient_id=territory.patient.pk, reason="report", at=now())
    assert list(Act.objects.visible_to(patient)) == [act]


def test_a_grant_to_a_person_follows_the_person(territory: Territory) -> None:
    act = submitted(territory).act
    outsider = territory.outsider
    grant_to_person(act_id=act.pk, person_id=outsider.id, role=outsider.role, reason="treating", at=now())
    assert can_see_act(replace(outsider, structure_id=None), act.pk)


def test_a_grant_to_a_person_in_one_role_opens_nothing_in_another(territory: Territory) -> None:
    act = submitted(territory).act
    outsider = territory.outsider
    grant_to_person(
        act_id=act.pk, person_id=outsider.id, role=Role.TREATING_PHYSICIAN, reason="treating", at=now()
    )
    assert not can_see_act(outsider, act.pk)
    assert can_see_act(replace(outsider, role=Role.TREATING_PHYSICIAN), act.pk)


def test_a_patients_account_holds_only_what_was_opened_to_the_patient(territory: Territory) -> None:
    act = submitted(territory).act
    patient = make_patient_actor(territory.patient)
    grant_to_person(act_id=act.pk, person_id=patient.id, role=Role.PATIENT, reason="typed", at=now())
    assert not can_see_act(patient, act.pk)


def test_a_grant_that_has_ended_opens_nothing(territory: Territory) -> None:
    act = submitted(territory).act
    Grant.objects.filter(act_id=act.pk).update(ended_at=now())
    assert not can_see_act(territory.requester, act.pk)
    assert not can_see_act(territory.imageur, act.pk)


def test_a_grant_given_twice_is_one_grant(territory: Territory) -> None:
    for _ in range(2):
        grant_to_roles(
            act_id=territory.site.pk,
            structure_id=territory.site.pk,
            roles=[Role.IMAGEUR],
            reason="test",
            at=now(),
        )
    assert Grant.objects.filter(act_id=territory.site.pk).count() == 1


def test_a_grant_that_ended_can_be_given_again(territory: Territory) -> None:
    act = submitted(territory).act
    Grant.objects.filter(act_id=act.pk).update(ended_at=now())
    requester = territory.requester
    grant_to_person(act_id=act.pk, person_id=requester.id, role=requester.role, reason="again", at=now())
    assert can_see_act(territory.requester, act.pk)


# What belongs to no act is scoped by the site where it came in.
# What starts from something else than the grants: the role that reads it, and the column of its own ground.
GROUNDS = {
    "Reconciliation": (Role.TECHNOLOGIST, 'site_id" ='),
    "GatewayAlert": (Role.TECHNOLOGIST, 'site_id" ='),
    "PriorSearch": (Role.EDGE, 'site_id" ='),
    "EmergencyAccess": (Role.DPO, 'site_id" ='),
    "LookReview": (Role.DPO, 'site_id" ='),
    "DataExport": (Role.REQUESTING_PHYSICIAN, 'site_id" ='),
    "Breach": (Role.DPO, 'structure_id" ='),
    "Erasure": (Role.DPO, 'structure_id" ='),
    "LegalHold": (Role.DPO, 'structure_id" ='),
    "OtherLookReview": (Role.DPO, 'structure_id" ='),
    "Convention": (Role.ADMINISTRATOR, 'requesting_site_id" ='),
    "Paper": (Role.TECHNOLOGIST, 'site_id" ='),
    "RequestTemplate": (Role.REQUESTING_PHYSICIAN, 'site_id" ='),
    "SiteProtocol": (Role.TECHNOLOGIST, 'site_id" ='),
    "Credential": (Role.ADMINISTRATOR, 'structure_id" ='),
    # What a technologist never sees.
    "SharedLink": (Role.REQUESTING_PHYSICIAN, '"access_grant"'),
}


@pytest.mark.parametrize("model", SCOPED, ids=[model.__name__ for model in SCOPED])
def test_every_scoped_queryset_starts_from_the_grants_or_its_own_ground(
    model: type[Model], territory: Territory
) -> None:
    role, scope = GROUNDS.get(model.__name__, (Role.TECHNOLOGIST, '"access_grant"'))
    actor = replace(territory.technologist, role=role)
    visible = model._default_manager.all().visible_to(actor)  # type: ignore[attr-defined]
    assert scope in str(visible.query)


def test_the_walk_finds_the_scoped_models() -> None:
    assert {Act, ExamRequest} <= set(SCOPED)
