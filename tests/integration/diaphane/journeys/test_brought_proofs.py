"""A training that a vital emergency let wait is settled when its proof is checked, and by no other (R24)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Credential
from diaphane.organisations.proving import Proof, check_credential, deposit_credential
from diaphane.requests.operations import take_request
from tests.documents import PDF
from tests.factories import make_actor, put_out_of_order
from tests.scenes import Territory, submitted

pytestmark = pytest.mark.django_db
KIND = Credential.Kind


def prove(territory: Territory, kind: Credential.Kind) -> None:
    today = timezone.localdate()
    proof = Proof(kind, "F-1", "Organisme fictif", today, today + timedelta(days=300))
    brought = deposit_credential(proof=proof, document=PDF, by=territory.imageur, at=now())
    checker = make_actor(Role.ADMINISTRATOR, territory.reader)
    check_credential(credential_id=brought.pk, by=checker, at=now())


def test_what_was_owed_is_settled_by_its_own_proof(territory: Territory, run_jobs: Callable[[], int]) -> None:
    put_out_of_order(territory.imageur, KIND.TELEIMAGING)
    taken = take_request(request=submitted(territory, urgency="vital"), by=territory.imageur, at=now())
    prove(territory, KIND.RADIATION)
    run_jobs()
    assert [duty.guard for duty in list_open_duties(taken.act)] == ["request.trained"]
    prove(territory, KIND.TELEIMAGING)
    run_jobs()
    assert not list_open_duties(taken.act).exists()
