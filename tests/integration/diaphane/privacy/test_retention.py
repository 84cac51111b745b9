"""``manage retention``: a list by opaque identifiers, and nothing erased (R37)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from diaphane.patients.models import Patient
from tests import scenes
from tests.scenes import Territory


def test_it_erases_nothing_and_says_so(territory: Territory) -> None:
    with pytest.raises(CommandError):
        call_command("retention")


def test_it_lists_who_is_past_their_time_without_a_name(territory: Territory) -> None:
    scenes.submitted(territory)
    patient, said = territory.patient, StringIO()
    call_command("retention", "--dry-run", stdout=said)
    assert str(patient.pk) not in said.getvalue()
    call_command("retention", "--dry-run", "--on", "2060-01-01", stdout=said)
    assert str(patient.pk) in said.getvalue()
    assert "20 ans après le dernier examen" in said.getvalue()
    assert patient.birth_name not in said.getvalue()
    assert Patient.objects.filter(pk=patient.pk).exists()
